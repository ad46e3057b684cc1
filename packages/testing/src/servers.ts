// What also works outside of vitest: for the demo and for benchmarks.
export { type CleanLedgerDeps, fillCleanLedger } from './fill-clean-ledger.ts';
export { freePort } from './free-port.ts';
export { type AppName, type AppOptions, type RunningApp, startApp } from './start-app.ts';
export { type PostgresOptions, type PostgresServer, startPostgres } from './start-postgres.ts';
export { type RedisOptions, type RedisServer, startRedis } from './start-redis.ts';

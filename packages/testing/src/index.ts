export { createEmptyDatabase, createTestDatabase, type TestDatabase } from './create-test-database.ts';
export { createWorld, test, type World } from './create-world.ts';
export { freePort } from './free-port.ts';
export { type AppName, type AppOptions, type RunningApp, startApp } from './start-app.ts';
export { type PostgresOptions, type PostgresServer, startPostgres } from './start-postgres.ts';
export { type RedisOptions, type RedisServer, startRedis } from './start-redis.ts';
export { createTestClock, type TestClock } from './test-clock.ts';

export { createEmptyDatabase, createTestDatabase, type TestDatabase } from './create-test-database.ts';
export { freePort } from './free-port.ts';
export { type PostgresOptions, type PostgresServer, startPostgres } from './start-postgres.ts';
export { type RedisOptions, type RedisServer, startRedis } from './start-redis.ts';

import { randomBytes } from 'node:crypto';
import { createDatabase, migrateToLatest } from '@connector/database';
import type { TestProject } from 'vitest/node';
import { databaseUrl, execute } from './create-test-database.ts';
import { startPostgres } from './start-postgres.ts';
import { startRedis } from './start-redis.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A database of the test server, as a user who may create databases. */
    postgresUrl: string;
    /** A migrated, empty database to clone; `createTestDatabase` does. */
    templateDatabase: string;
    redisUrl: string;
  }
}

const say = (line: string) => void process.stderr.write(`${line}\n`);

/**
 * Starts PostgreSQL and Redis once for a run of the tests and lays out the database that they clone. `TEST_DATABASE_URL`
 * or `DATABASE_URL`, and `TEST_REDIS_URL` or `REDIS_URL`, name servers to use instead. Gives back what ends all of it.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using resources = new AsyncDisposableStack();
  const givenPostgres = process.env.TEST_DATABASE_URL ?? process.env.DATABASE_URL;
  const givenRedis = process.env.TEST_REDIS_URL ?? process.env.REDIS_URL;

  const redis = givenRedis === undefined ? await startRedis({ say }) : { url: givenRedis };
  if ('stop' in redis) resources.defer(() => redis.stop());
  const postgres = givenPostgres === undefined ? await startPostgres({ durable: false }) : { url: givenPostgres };
  if ('stop' in postgres) resources.defer(() => postgres.stop());

  const template = `connector_template_${randomBytes(4).toString('hex')}`;
  await execute(postgres.url, `create database ${template}`);
  resources.defer(() => execute(postgres.url, `drop database if exists ${template} with (force)`));
  await migrate(databaseUrl(postgres.url, template));

  project.provide('postgresUrl', postgres.url);
  project.provide('templateDatabase', template);
  project.provide('redisUrl', redis.url);
  const kept = resources.move();
  return () => kept.disposeAsync();
}

async function migrate(url: string): Promise<void> {
  const db = createDatabase({ url, poolSize: 1 });
  try {
    await migrateToLatest(db);
  } finally {
    await db.destroy();
  }
}

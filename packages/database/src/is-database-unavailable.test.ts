import { createTestDatabase } from '@connector/testing';
import { sql } from 'kysely';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createDatabase, type DatabaseOptions } from './create-database.ts';
import { isDatabaseUnavailable } from './is-database-unavailable.ts';

async function open(options: Partial<DatabaseOptions> = {}) {
  const { url, drop } = await createTestDatabase();
  const db = createDatabase({ url, ...options });
  onTestFinished(async () => {
    await db.destroy();
    await drop();
  });
  return { db, url };
}

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

test('nobody who listens, a pool that is used up, a statement that takes too long: the database is unavailable', async () => {
  const nowhere = createDatabase({ url: 'postgres://nobody@127.0.0.1:1/nothing' });
  expect(isDatabaseUnavailable(await failureOf(sql`select 1`.execute(nowhere)))).toBe(true);

  const { db } = await open({ poolSize: 1, connectTimeoutMs: 100, statementTimeoutMs: 500 });
  await db.connection().execute(async () => {
    expect(isDatabaseUnavailable(await failureOf(sql`select 1`.execute(db)))).toBe(true);
  });
  expect(isDatabaseUnavailable(await failureOf(sql`select pg_sleep(5)`.execute(db)))).toBe(true);
});

test('a connection that ends under a statement: the database is unavailable', async () => {
  const { db, url } = await open();
  const killer = createDatabase({ url });
  onTestFinished(() => killer.destroy());
  const failure = failureOf(sql`select pg_sleep(20)`.execute(db));
  const kill = sql`select pg_terminate_backend(pid) from pg_stat_activity where query = 'select pg_sleep(20)'`;
  await vi.waitFor(async () => expect((await kill.execute(killer)).rows).toHaveLength(1));
  expect(isDatabaseUnavailable(await failure)).toBe(true);
});

test('a statement that is wrong, a rule that is broken, anything else: the database is there', async () => {
  const { db } = await open();
  const config = db.insertInto('config').values({ key: 'once', value: '1' });
  await config.execute();
  expect(isDatabaseUnavailable(await failureOf(sql`select nonsense`.execute(db)))).toBe(false);
  expect(isDatabaseUnavailable(await failureOf(config.execute()))).toBe(false);
  for (const other of [new Error('of ours'), 'text', undefined]) expect(isDatabaseUnavailable(other)).toBe(false);
});

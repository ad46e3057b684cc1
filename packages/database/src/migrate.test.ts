import { readFileSync } from 'node:fs';
import { createEmptyDatabase, createTestDatabase } from '@connector/testing';
import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { createDatabase } from './create-database.ts';
import { dumpSchema } from './dump-schema.ts';
import { legacyRows, legacySchema } from './legacy-fixture.ts';
import { migrateToLatest, pendingMigrations } from './migrate.ts';

async function open(create: () => Promise<{ url: string; drop(): Promise<void> }>) {
  const { url, drop } = await create();
  const db = createDatabase({ url, poolSize: 4 });
  onTestFinished(async () => {
    await db.destroy();
    await drop();
  });
  return db;
}

const all = [
  '0001-legacy-tables',
  '0002-connector-columns',
  '0003-connector-tables',
  '0004-sellers-and-notices',
  '0005-listings',
  '0006-captures',
  '0007-refunds',
  '0008-settlement',
  '0009-reconciliation',
  '0010-payment-releases',
];

test('the schema in the repository is the one that the migrations make', async () => {
  const db = await open(createTestDatabase);
  await expect(await dumpSchema(db)).toMatchFileSnapshot('../schema.txt');
});

test('an empty database is brought up to date once, and a second time nothing happens', async () => {
  const db = await open(createEmptyDatabase);
  expect(await pendingMigrations(db)).toEqual(all);
  expect((await migrateToLatest(db)).applied).toEqual(all);
  expect((await migrateToLatest(db)).applied).toEqual([]);
  expect(await pendingMigrations(db)).toEqual([]);
});

test('several pods that start at once migrate once', async () => {
  const db = await open(createEmptyDatabase);
  const reports = await Promise.all([migrateToLatest(db), migrateToLatest(db), migrateToLatest(db)]);
  expect(reports.flatMap((report) => report.applied)).toEqual(all);
});

test('a database of the old connector keeps its rows, and ends with the same schema as a new one', async () => {
  const db = await open(createEmptyDatabase);
  await sql.raw(legacySchema).execute(db);
  await sql.raw(legacyRows).execute(db);
  await migrateToLatest(db);

  const dump = (await dumpSchema(db)).split('\n\n').filter((table) => !/^(messenger|doctrine)/.test(table));
  expect(`${dump.join('\n\n').trimEnd()}\n`).toBe(readFileSync(new URL('../schema.txt', import.meta.url), 'utf8'));
  const transfers = await db.selectFrom('stripe_transfer').selectAll().orderBy('id').execute();
  expect(transfers).toMatchObject([
    { id: 1, mirakl_id: 'O-1-A', status: 'TRANSFER_CREATED', amount: 8500n, transfer_id: 'tr_1', look_up_first: true },
    { id: 2, mirakl_id: 'O-2-A', status: 'TRANSFER_PENDING', round: 0, idempotency_key: null, look_up_first: true },
  ]);
  expect(transfers[0]?.creation_datetime).toEqual(new Date('2026-10-01T12:00:00Z'));
});

test('the old connector can write its rows after the migration, with its own ids', async () => {
  const db = await open(createEmptyDatabase);
  await sql.raw(legacySchema).execute(db);
  await migrateToLatest(db);
  await sql.raw(legacyRows).execute(db);
  const next = await db
    .insertInto('account_mapping')
    .values({ mirakl_shop_id: 77, stripe_account_id: 'acct_77' })
    .returning('id')
    .executeTakeFirstOrThrow();
  expect(next.id).toBe(2);
});

test('a date of the old connector is read and written as UTC, in whatever time zone the process runs', async () => {
  const db = await open(createTestDatabase);
  await db
    .insertInto('account_mapping')
    .values({ mirakl_shop_id: 1, stripe_account_id: 'acct_1', creation_datetime: '2026-07-01T00:30:00' })
    .execute();
  const row = await db.selectFrom('account_mapping').select('creation_datetime').executeTakeFirstOrThrow();
  expect(row.creation_datetime.toISOString()).toBe('2026-07-01T00:30:00.000Z');
});

test('a key without its request is refused by the database', async () => {
  const db = await open(createTestDatabase);
  const row = { mirakl_id: 'O-1', type: 'TRANSFER_PRODUCT_ORDER', status: 'TRANSFER_PENDING', idempotency_key: 'k' };
  await expect(db.insertInto('stripe_transfer').values(row).execute()).rejects.toThrow('key_and_request_go_together');
});

test('a database that does not answer is an error within seconds', async () => {
  const db = createDatabase({ url: 'postgres://nobody@127.0.0.1:1/nothing', connectTimeoutMs: 1_000 });
  onTestFinished(() => db.destroy());
  await expect(migrateToLatest(db)).rejects.toThrow('ECONNREFUSED');
});

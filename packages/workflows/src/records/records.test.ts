import { type Database, utcTimestamp } from '@connector/database';
import { test, type World } from '@connector/testing';
import { sql } from 'kysely';
import { describe, expect } from 'vitest';
import { listRefunds, listTransfers, type RecordFilter } from './index.ts';

const count = 20_000;

/** One a minute, in the end some of a state, a type and a shop that are rare. */
async function givenLargeLedger({ db, now }: World): Promise<{ endsAt: Date }> {
  const start = utcTimestamp(now());
  await sql`
    insert into stripe_transfer (mirakl_id, type, status, mirakl_shop_id, creation_datetime)
    select 'O-' || n, case when n > ${count - 100} then 'TRANSFER_REFUND' else 'TRANSFER_PRODUCT_ORDER' end,
      case when n > ${count - 100} then 'TRANSFER_FAILED' else 'TRANSFER_CREATED' end,
      case when n > ${count - 100} then 7 else 10 + n % 100 end, ${start}::timestamp + n * interval '1 minute'
    from generate_series(1, ${count}) n`.execute(db);
  await sql`
    insert into stripe_refund (mirakl_refund_id, mirakl_order_id, amount, currency, status, mirakl_shop_id, creation_datetime)
    select n, 'O-' || n, 100, 'eur', 'REFUND_CREATED', 10, ${start}::timestamp + n * interval '1 minute'
    from generate_series(1, ${count}) n`.execute(db);
  await sql`vacuum analyze`.execute(db);
  return { endsAt: new Date(now().getTime() + count * 60_000) };
}

/** How many rows of the table PostgreSQL has looked at for this. */
async function rowsTouched(db: Database, table: string, work: (trx: Database) => Promise<unknown[]>): Promise<number> {
  return db.transaction().execute(async (trx) => {
    expect((await work(trx)).length).toBeGreaterThan(0);
    const { rows } = await sql<{ touched: bigint }>`
      select seq_tup_read + idx_tup_fetch as touched from pg_stat_xact_user_tables where relname = ${table}`.execute(
      trx,
    );
    return Number(rows[0]?.touched);
  });
}

describe('L34: a page of a large ledger touches few more rows than it shows', () => {
  test('from the beginning, and by every filter, also when what it finds stands at the end', async ({ world }) => {
    const { endsAt } = await givenLargeLedger(world);
    const filters: RecordFilter[] = [
      {},
      { status: ['TRANSFER_FAILED'] },
      { status: ['TRANSFER_CREATED'] },
      { type: ['TRANSFER_REFUND'] },
      { miraklShopId: [7] },
      { miraklId: ['O-3', `O-${count}`] },
      { createdAfter: new Date(endsAt.getTime() - 3_600_000) },
      { createdAfter: new Date(endsAt.getTime() - 3_600_000), status: ['TRANSFER_FAILED'], miraklShopId: [7, 8] },
    ];
    const slice = { offset: 0, limit: 31 };
    for (const filter of filters) {
      const touched = await rowsTouched(world.db, 'stripe_transfer', (trx) => listTransfers(trx, filter, slice));
      expect(touched, JSON.stringify(filter)).toBeLessThan(count / 20);
    }
    const touched = await rowsTouched(world.db, 'stripe_refund', (trx) => listRefunds(trx, {}, slice));
    expect(touched).toBeLessThan(count / 20);
  });
});

import type { Database } from '@connector/database';
import { type RawBuilder, sql } from 'kysely';
import { invoiceTransferTypes } from './settlement.ts';

// Written out rather than as parameters, so that PostgreSQL sees which index they stand in.
const types = sql.join(invoiceTransferTypes.map((type) => sql.lit(type)));
const unfinishedTransfer = sql`status in ('TRANSFER_PENDING', 'TRANSFER_ON_HOLD', 'TRANSFER_FAILED')`;
const unfinishedPayout = sql`status in ('PAYOUT_PENDING', 'PAYOUT_ON_HOLD', 'PAYOUT_FAILED')`;

/**
 * Invoices of which something is not done, those first that Mirakl was not asked about for longest: it may have something new
 * to say of them.
 */
export async function findUnfinishedInvoices(db: Database, limit: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from (
      select mirakl_id::integer as id, decided_at from stripe_transfer where type in (${types}) and ${unfinishedTransfer}
      union all
      select mirakl_invoice_id, decided_at from stripe_payout where ${unfinishedPayout}
    ) as movement
    group by id order by min(coalesce(decided_at, '-infinity')), id limit ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}

/** A movement whose amount is known and whose time has come. */
const isDue = (now: Date): RawBuilder<unknown> => sql`amount > 0 and decided_at is not null and next_try_at <= ${now}`;

/** An invoice of which something is due. */
export type DueInvoice = {
  readonly id: number;
  /** When Mirakl last said what it is. */
  readonly seenAt: Date;
};

/** Invoices of a shop of which something is due, the oldest first. */
export async function findDueInvoices(db: Database, shopId: number, now: Date, limit: number): Promise<DueInvoice[]> {
  const { rows } = await sql<DueInvoice>`
    select id, min(decided_at) as "seenAt" from (
      select mirakl_id::integer as id, mirakl_created_date as created, decided_at from stripe_transfer
      where mirakl_shop_id = ${shopId} and type in (${types}) and ${unfinishedTransfer} and ${isDue(now)}
      union all
      select mirakl_invoice_id, mirakl_created_date, decided_at from stripe_payout
      where mirakl_shop_id = ${shopId} and ${unfinishedPayout} and ${isDue(now)}
    ) as movement
    group by id order by min(created), id limit ${limit}`.execute(db);
  return rows;
}

/** Shops of which something is due, the longest due first. */
export async function findShopsToSettle(db: Database, now: Date, limit: number): Promise<number[]> {
  const { rows } = await sql<{ shop_id: number }>`
    select shop_id from (
      select mirakl_shop_id as shop_id, next_try_at from stripe_transfer
      where type in (${types}) and ${unfinishedTransfer} and ${isDue(now)}
      union all
      select mirakl_shop_id, next_try_at from stripe_payout where ${unfinishedPayout} and ${isDue(now)}
    ) as movement
    where shop_id is not null
    group by shop_id order by min(next_try_at), shop_id limit ${limit}`.execute(db);
  return rows.map((row) => row.shop_id);
}

import type { Database } from '@connector/database';
import { sql } from 'kysely';

/** What was taken back of a transfer, in minor units: for refunds by the ledger, and outside the connector as found on Stripe. */
export type TakenBack = { readonly refunded: bigint; readonly outside: bigint };

/** What was taken back of these transfers, by their Stripe id. Those of which nothing was are missing. */
export async function findTakenBack(db: Database, transferIds: readonly string[]): Promise<Map<string, TakenBack>> {
  if (transferIds.length === 0) return new Map();
  const { rows } = await sql<{ transfer_id: string; refunded: bigint; outside: bigint }>`
    select transfer_id, sum(refunded)::bigint as refunded, sum(outside)::bigint as outside from (
      select transaction_id as transfer_id, amount as refunded, 0 as outside from stripe_transfer
        where transaction_id = any(${transferIds}) and type = 'TRANSFER_REFUND' and status = 'TRANSFER_CREATED'
      union all
      select other_stripe_id, 0, actual_amount from reconciliation_difference
        where other_stripe_id = any(${transferIds}) and kind = 'reversed-outside' and resolved_at is null
    ) as reversal group by 1`.execute(db);
  return new Map(rows.map((row) => [row.transfer_id, { refunded: row.refunded, outside: row.outside }]));
}

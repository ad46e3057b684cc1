import type { Database } from '@connector/database';
import { sql } from 'kysely';
import type { MovementKind, MovementOnStripe } from './movement.ts';

/**
 * Which of these movements of one kind concern the connector, whoever made them: those of mapped accounts, refunds of payments
 * of orders, reversals of transfers of ours. By their ids; one query, and none for none.
 */
export async function findConcerning(
  db: Database,
  kind: MovementKind,
  movements: readonly MovementOnStripe[],
): Promise<Set<string>> {
  if (movements.length === 0) return new Set();
  const isOurs = await tellOurs(db, kind, movements);
  return new Set(movements.filter(isOurs).map(({ id }) => id));
}

async function tellOurs(
  db: Database,
  kind: MovementKind,
  movements: readonly MovementOnStripe[],
): Promise<(movement: MovementOnStripe) => boolean> {
  const about = movements.flatMap((movement) => movement.about);
  if (kind === 'refund') {
    const payments = await findPaymentsOfOrders(db, about);
    return ({ about: ids, amount }) =>
      ids.some((id) => payments.has(id)) && ids.every((id) => payments.get(id) !== amount.minor);
  }
  const known =
    kind === 'reversal'
      ? await findTransfers(db, about)
      : await findAccounts(
          db,
          movements.flatMap(({ accountId }) => accountId ?? []),
        );
  return ({ about: ids, accountId }) => ids.some((id) => known.has(id)) || known.has(accountId ?? '');
}

/**
 * Which of these payments, by the ids of charges or PaymentIntents, the ledger knows as those of orders; with the part of them
 * that was authorised and not captured, in minor units, which Stripe lists as a refund (docs.stripe.com/reports/reporting-categories).
 */
async function findPaymentsOfOrders(db: Database, ids: readonly string[]): Promise<Map<string, bigint | null>> {
  const { rows } = await sql<{ id: string; not_captured: bigint | null }>`
    select stripe_charge_id as id, nullif(stripe_amount - capture_amount, 0) as not_captured from payment_mapping
      where stripe_charge_id = any(${ids}) and mirakl_commercial_order_id is not null
    union all select distinct transaction_id, null::bigint from stripe_transfer
      where transaction_id = any(${ids}) and not exists (select from payment_mapping where stripe_charge_id = transaction_id)
    `.execute(db);
  return new Map(rows.map((row) => [row.id, row.not_captured]));
}

async function findTransfers(db: Database, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ transfer_id: string }>`
    select transfer_id from stripe_transfer where transfer_id = any(${ids})`.execute(db);
  return new Set(rows.map((row) => row.transfer_id));
}

async function findAccounts(db: Database, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select stripe_account_id as id from account_mapping where stripe_account_id = any(${ids})`.execute(db);
  return new Set(rows.map((row) => row.id));
}

import type { Database } from '@connector/database';
import { assertNever } from '@connector/kernel';
import type { PresentState, ToldKind } from './alarm.ts';

/**
 * How these operations stand now, by id, with what is told of them: the payloads of interfaces.md, "Notifications". Amounts
 * in minor units, null for what is not known.
 */
export async function readPresentStates(
  db: Database,
  kind: ToldKind,
  ids: readonly number[],
): Promise<Map<number, PresentState>> {
  if (ids.length === 0) return new Map();
  switch (kind) {
    case 'transfer':
      return readTransfers(db, ids);
    case 'payout':
      return readPayouts(db, ids);
    case 'refund':
      return readRefunds(db, ids);
    default:
      return assertNever(kind);
  }
}

async function readTransfers(db: Database, ids: readonly number[]): Promise<Map<number, PresentState>> {
  const rows = await db
    .selectFrom('stripe_transfer as operation')
    .leftJoin('account_mapping as mapping', 'mapping.id', 'operation.account_mapping_id')
    .selectAll('operation')
    .select(['mapping.stripe_account_id as stripeAccountId', 'mapping.mirakl_shop_id as mappedShopId'])
    .where('operation.id', 'in', ids)
    .execute();
  return byId(rows, (row) => ({
    internalId: row.id,
    miraklId: row.mirakl_id,
    type: row.type,
    stripeAccountId: row.stripeAccountId,
    miraklShopId: row.mappedShopId ?? row.mirakl_shop_id,
    transferId: row.transfer_id,
    transactionId: row.transaction_id,
    ...outcomeOf(row),
  }));
}

async function readPayouts(db: Database, ids: readonly number[]): Promise<Map<number, PresentState>> {
  const rows = await db
    .selectFrom('stripe_payout as operation')
    .leftJoin('account_mapping as mapping', 'mapping.id', 'operation.account_mapping_id')
    .selectAll('operation')
    .select(['mapping.stripe_account_id as stripeAccountId', 'mapping.mirakl_shop_id as mappedShopId'])
    .where('operation.id', 'in', ids)
    .execute();
  return byId(rows, (row) => ({
    internalId: row.id,
    miraklInvoiceId: row.mirakl_invoice_id,
    stripePayoutId: row.payout_id,
    payoutId: row.payout_id,
    stripeAccountId: row.stripeAccountId,
    miraklShopId: row.mappedShopId ?? row.mirakl_shop_id,
    ...outcomeOf(row),
  }));
}

async function readRefunds(db: Database, ids: readonly number[]): Promise<Map<number, PresentState>> {
  const rows = await db.selectFrom('stripe_refund').selectAll().where('id', 'in', ids).execute();
  return byId(rows, (row) => ({
    internalId: row.id,
    miraklOrderId: row.mirakl_order_id,
    miraklRefundId: row.mirakl_refund_id,
    stripeRefundId: row.stripe_refund_id,
    transactionId: row.transaction_id,
    type: row.type,
    ...outcomeOf(row),
  }));
}

type Outcome = {
  readonly amount: bigint | null;
  readonly currency: string | null;
  readonly status: string;
  readonly status_reason: string | null;
};

/** JSON knows no integers of its own; Stripe's twelve digits fit its numbers exactly. */
function outcomeOf({ amount, currency, status, status_reason }: Outcome) {
  return {
    amount: amount === null ? null : Number(amount),
    currency,
    status,
    failedReason: status.endsWith('_FAILED') ? status_reason : null,
  };
}

function byId<Row extends Outcome & { readonly id: number }>(
  rows: readonly Row[],
  payloadOf: (row: Row) => PresentState['payload'],
): Map<number, PresentState> {
  return new Map(
    rows.map((row) => [row.id, { status: row.status, reason: row.status_reason, payload: payloadOf(row) }]),
  );
}

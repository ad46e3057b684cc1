import type { Database, OperationKind } from '@connector/database';
import { currencyOf, type Money, moneyFromMinor } from '@connector/kernel';
import type { FailuresByKind } from '@connector/outbound';

const tables = { transfer: 'stripe_transfer', payout: 'stripe_payout', refund: 'stripe_refund' } as const;

/** What has failed: of each kind the `limit` that were recorded last, and how many there are. */
export async function readFailures(db: Database, limit: number): Promise<FailuresByKind> {
  const [transfers, payouts, refunds] = await Promise.all([
    db
      .selectFrom('stripe_transfer')
      .select(['id as internalId', 'mirakl_id as miraklId', 'type', 'status', 'status_reason', 'amount', 'currency'])
      .where('status', '=', 'TRANSFER_FAILED')
      .orderBy('creation_datetime', 'desc')
      .limit(limit)
      .execute(),
    db
      .selectFrom('stripe_payout')
      .select(['id as internalId', 'mirakl_invoice_id as miraklInvoiceId'])
      .select(['status', 'status_reason', 'amount', 'currency'])
      .where('status', '=', 'PAYOUT_FAILED')
      .orderBy('creation_datetime', 'desc')
      .limit(limit)
      .execute(),
    db
      .selectFrom('stripe_refund')
      .select(['mirakl_refund_id as miraklRefundId', 'mirakl_order_id as miraklOrderId'])
      .select(['status', 'status_reason', 'amount', 'currency'])
      .where('status', '=', 'REFUND_FAILED')
      .orderBy('creation_datetime', 'desc')
      .limit(limit)
      .execute(),
  ]);
  return {
    transfers: { rows: transfers.map(inOurWords), total: await countFailed(db, 'transfer') },
    payouts: { rows: payouts.map(inOurWords), total: await countFailed(db, 'payout') },
    refunds: { rows: refunds.map(inOurWords), total: await countFailed(db, 'refund') },
  };
}

async function countFailed(db: Database, kind: OperationKind): Promise<number> {
  const { count } = await db
    .selectFrom(tables[kind])
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .where('status', '=', `${kind.toUpperCase()}_FAILED`)
    .executeTakeFirstOrThrow();
  return Number(count);
}

type AmountColumns = {
  readonly amount: bigint | null;
  readonly currency: string | null;
  readonly status_reason: string | null;
};

function inOurWords<Row extends AmountColumns>({ amount, currency, status_reason, ...row }: Row) {
  return { ...row, amount: moneyOf(amount, currency), reason: status_reason ?? undefined };
}

function moneyOf(minor: bigint | null, code: string | null): Money | undefined {
  const currency = currencyOf(code ?? '');
  return minor === null || currency === undefined ? undefined : moneyFromMinor(minor, currency);
}

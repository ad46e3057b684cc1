import type { Database } from '@connector/database';
import { currencyOf, type Money, moneyFromMinor } from '@connector/kernel';
import type { FailuresByKind } from '@connector/outbound';

const tables = { transfer: 'stripe_transfer', payout: 'stripe_payout', refund: 'stripe_refund' } as const;

/**
 * What has failed: of each kind the `limit` that were recorded last, and how many there are. Payments have no state of failure:
 * those that an alarm is out for count, unless they were captured since.
 */
export async function readFailures(db: Database, limit: number): Promise<Omit<FailuresByKind, 'differences'>> {
  const [transfers, payouts, refunds, payments] = await Promise.all([
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
    alarmedPayments(db)
      .select(['payment.id as internalId', 'mirakl_commercial_order_id as commercialOrderId'])
      .select(['stripe_charge_id as chargeId', 'status', 'status_reason', 'stripe_amount as amount', 'currency'])
      .orderBy('creation_datetime', 'desc')
      .limit(limit)
      .execute(),
  ]);
  return {
    transfers: { rows: transfers.map(inOurWords), total: await countFailed(db, 'transfer') },
    payouts: { rows: payouts.map(inOurWords), total: await countFailed(db, 'payout') },
    refunds: { rows: refunds.map(inOurWords), total: await countFailed(db, 'refund') },
    payments: {
      rows: payments.map(({ commercialOrderId, ...row }) => ({
        ...inOurWords(row),
        commercialOrderId: commercialOrderId ?? undefined,
      })),
      total: await countAlarmedPayments(db),
    },
  };
}

/** Notes that the operator was told of these payments. Those whose money is gone cannot get worse: of them he is told once. */
export async function noteToldPayments(db: Database, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  const gone = db.selectFrom('payment_mapping').select('id').where('id', 'in', ids).where('status', '=', 'canceled');
  await db
    .updateTable('operation_alarm')
    .set({ due_at: null })
    .where('kind', '=', 'payment')
    .where('operation_id', 'in', gone)
    .execute();
}

function alarmedPayments(db: Database) {
  return db
    .selectFrom('payment_mapping as payment')
    .innerJoin('operation_alarm as alarm', (join) =>
      join.onRef('alarm.operation_id', '=', 'payment.id').on('alarm.kind', '=', 'payment'),
    )
    .where('alarm.due_at', 'is not', null)
    .where('payment.status', 'in', ['to_capture', 'canceled']);
}

async function countAlarmedPayments(db: Database): Promise<number> {
  const { count } = await alarmedPayments(db)
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

async function countFailed(db: Database, kind: keyof typeof tables): Promise<number> {
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

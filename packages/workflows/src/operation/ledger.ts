import type { OperationKind, Schema } from '@connector/database';
import type { Selectable } from 'kysely';

/** The tables of operations: what they have in common is `OperationColumns`, a status and its reason. */
export type OperationTable = 'stripe_transfer' | 'stripe_payout' | 'stripe_refund' | 'payment_mapping';

/** A kind of operation that moves money, by its table and the names of its states. */
export type OperationLedger<Table extends OperationTable = OperationTable> = {
  readonly kind: OperationKind;
  readonly table: Table;
  /**
   * Where a row stays ready after it was made on Stripe, because more is to come of it: the column that names what was made.
   * With it the row is not sent again.
   */
  readonly madeColumn?: 'stripe_refund_id';
  readonly statuses: {
    /** Ready to be sent, or sent with an outcome that is not known yet. */
    readonly ready: string;
    readonly refused: string;
    readonly hold: string;
    readonly abort: string;
    readonly ignore: string;
  };
  /** Columns that say that a row waits, where its status is the same whether it waits or is ready. */
  readonly waiting?: Readonly<Record<string, null>>;
};

export type OperationRow<Table extends OperationTable = OperationTable> = Selectable<Schema[Table]>;

export const transferLedger: OperationLedger<'stripe_transfer'> = {
  kind: 'transfer',
  table: 'stripe_transfer',
  statuses: {
    ready: 'TRANSFER_PENDING',
    refused: 'TRANSFER_FAILED',
    hold: 'TRANSFER_ON_HOLD',
    abort: 'TRANSFER_ABORTED',
    ignore: 'TRANSFER_IGNORED',
  },
};

/** Of a refund the operator excludes none, so nothing leads to `ignore`. */
export const refundLedger: OperationLedger<'stripe_refund'> = {
  kind: 'refund',
  table: 'stripe_refund',
  madeColumn: 'stripe_refund_id',
  statuses: {
    ready: 'REFUND_PENDING',
    refused: 'REFUND_FAILED',
    hold: 'REFUND_ON_HOLD',
    abort: 'REFUND_ABORTED',
    ignore: 'REFUND_ABORTED',
  },
};

/** The old connector knows no more states than these: what waits and what is ready to be captured is told apart by `decided_at`. */
export const paymentLedger: OperationLedger<'payment_mapping'> = {
  kind: 'payment',
  table: 'payment_mapping',
  statuses: {
    ready: 'to_capture',
    refused: 'to_capture',
    hold: 'to_capture',
    abort: 'canceled',
    ignore: 'canceled',
  },
  waiting: { decided_at: null },
};

/** A payout knows no state of its own for what the operator excludes: it is aborted. */
export const payoutLedger: OperationLedger<'stripe_payout'> = {
  kind: 'payout',
  table: 'stripe_payout',
  statuses: {
    ready: 'PAYOUT_PENDING',
    refused: 'PAYOUT_FAILED',
    hold: 'PAYOUT_ON_HOLD',
    abort: 'PAYOUT_ABORTED',
    ignore: 'PAYOUT_ABORTED',
  },
};

/** The table, for columns that all tables of operations have: for the compiler one of them stands for all. */
export function commonTable({ table }: OperationLedger): 'stripe_transfer' {
  return table as 'stripe_transfer';
}

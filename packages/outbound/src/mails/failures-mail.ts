import { formatMoney, type Money } from '@connector/kernel';
import type { Mail, MailTable } from './mail.ts';
import { renderMail } from './render-mail.ts';

/** What all kinds of failed operations have in common. `amount` is undefined while it is not known. */
type FailedOperation = {
  readonly amount: Money | undefined;
  readonly status: string;
  readonly reason: string | undefined;
};

export type FailedTransfer = FailedOperation & {
  readonly internalId: number;
  readonly miraklId: string;
  readonly type: string;
};

export type FailedPayout = FailedOperation & { readonly internalId: number; readonly miraklInvoiceId: number };

export type FailedRefund = FailedOperation & { readonly miraklRefundId: string; readonly miraklOrderId: string };

/** `commercialOrderId` is undefined where the old connector knew none. */
export type FailedPayment = FailedOperation & {
  readonly internalId: number;
  readonly commercialOrderId: string | undefined;
  readonly chargeId: string;
};

/** The rows to be shown, and how many there are altogether. */
export type Failures<Row> = { readonly rows: readonly Row[]; readonly total: number };

export type FailuresByKind = {
  readonly transfers: Failures<FailedTransfer>;
  readonly payouts: Failures<FailedPayout>;
  readonly refunds: Failures<FailedRefund>;
  /** Payments by buyers that cannot be captured, will soon no longer be, or never. */
  readonly payments: Failures<FailedPayment>;
};

/** The daily mail about what has failed: a table for each kind of which there is something (interfaces.md, "E-mails"). */
export function failuresMail({ transfers, payouts, refunds, payments }: FailuresByKind): Mail {
  const tables: MailTable[] = [
    {
      kind: 'table',
      title: 'Transfers',
      total: transfers.total,
      columns: ['Internal id', 'Mirakl id', 'Amount', 'Status', 'Type', 'Reason'],
      rows: transfers.rows.map((row) => {
        const { internalId, miraklId, status, type } = row;
        return [String(internalId), miraklId, amountText(row), status, type, reasonText(row)];
      }),
    },
    {
      kind: 'table',
      title: 'Payouts',
      total: payouts.total,
      columns: ['Internal id', 'Mirakl invoice id', 'Amount', 'Status', 'Reason'],
      rows: payouts.rows.map((row) => {
        const { internalId, miraklInvoiceId, status } = row;
        return [String(internalId), String(miraklInvoiceId), amountText(row), status, reasonText(row)];
      }),
    },
    {
      kind: 'table',
      title: 'Refunds',
      total: refunds.total,
      columns: ['Mirakl refund id', 'Mirakl order id', 'Amount', 'Status', 'Reason'],
      rows: refunds.rows.map((row) => {
        const { miraklRefundId, miraklOrderId, status } = row;
        return [miraklRefundId, miraklOrderId, amountText(row), status, reasonText(row)];
      }),
    },
    {
      kind: 'table',
      title: 'Payments to be captured',
      total: payments.total,
      columns: ['Internal id', 'Commercial order id', 'Charge', 'Amount', 'Status', 'Reason'],
      rows: payments.rows.map((row) => {
        const { internalId, commercialOrderId = unknown, chargeId, status } = row;
        return [String(internalId), commercialOrderId, chargeId, amountText(row), status, reasonText(row)];
      }),
    },
  ];
  return renderMail({
    subject: '[Stripe-Mirakl] Transfer failed',
    heading: 'Operations that failed',
    blocks: [
      {
        kind: 'paragraph',
        text: 'These have failed and have not succeeded since. They are tried again by themselves, at growing intervals; the dashboard shows each with its history.',
      },
      ...tables.filter(({ total }) => total > 0),
    ],
  });
}

const unknown = '–';

function amountText({ amount }: FailedOperation): string {
  return amount ? formatMoney(amount) : unknown;
}

function reasonText({ reason }: FailedOperation): string {
  return reason ?? unknown;
}

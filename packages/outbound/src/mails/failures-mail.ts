import { formatMoney, type Money } from '@connector/kernel';
import type { Mail, MailBlock, MailTable } from './mail.ts';
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

/** Where the ledger and another side say different things. Amounts are undefined where a side says nothing. */
export type FoundDifference = {
  readonly internalId: number;
  readonly kind: string;
  readonly movement: string;
  readonly miraklId: string | undefined;
  readonly stripeId: string | undefined;
  readonly ledger: Money | undefined;
  readonly actual: Money | undefined;
  /** How it comes about as a rule. */
  readonly cause: string;
};

/** The rows to be shown, and how many there are altogether. */
export type Failures<Row> = { readonly rows: readonly Row[]; readonly total: number };

export type FailuresByKind = {
  readonly transfers: Failures<FailedTransfer>;
  readonly payouts: Failures<FailedPayout>;
  readonly refunds: Failures<FailedRefund>;
  /** Payments by buyers that cannot be captured, will soon no longer be, or never. */
  readonly payments: Failures<FailedPayment>;
  /** Differences with Stripe or Mirakl that are open. */
  readonly differences: Failures<FoundDifference>;
};

/**
 * The daily mail about what has failed: a table for each kind of which there is something (interfaces.md, "E-mails"), and one of
 * differences. It has another subject if there are differences only.
 */
export function failuresMail({ transfers, payouts, refunds, payments, differences }: FailuresByKind): Mail {
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
  const failed = tables.filter(({ total }) => total > 0);
  return renderMail({
    ...(failed.length > 0 ? failureTitles : differenceTitles),
    blocks: [
      ...(failed.length > 0 ? [failureText, ...failed] : []),
      ...(differences.total > 0 ? [differenceText, differenceTable(differences)] : []),
    ],
  });
}

const failureTitles = { subject: '[Stripe-Mirakl] Transfer failed', heading: 'Operations that failed' };
const differenceTitles = { subject: '[Stripe-Mirakl] Differences found', heading: 'Differences with Stripe or Mirakl' };

const failureText: MailBlock = {
  kind: 'paragraph',
  text: 'These have failed and have not succeeded since. They are tried again by themselves, at growing intervals; the dashboard shows each with its history.',
};

const differenceText: MailBlock = {
  kind: 'paragraph',
  text: 'Here the ledger does not say what Stripe or Mirakl says. Nothing is done about it by itself; what was put right is gone after the next comparison. connector reconciliation lists all of them and says what to do.',
};

function differenceTable({ rows, total }: FailuresByKind['differences']): MailTable {
  return {
    kind: 'table',
    title: 'Differences',
    total,
    columns: ['Internal id', 'Difference', 'Of', 'Mirakl id', 'Stripe id', 'Ledger', 'Other side', 'Likely cause'],
    rows: rows.map(({ internalId, kind, movement, miraklId = unknown, stripeId = unknown, ledger, actual, cause }) => [
      ...[String(internalId), kind, movement, miraklId, stripeId],
      ...[amountText({ amount: ledger }), amountText({ amount: actual }), cause],
    ]),
  };
}

const unknown = '–';

function amountText({ amount }: Pick<FailedOperation, 'amount'>): string {
  return amount ? formatMoney(amount) : unknown;
}

function reasonText({ reason }: FailedOperation): string {
  return reason ?? unknown;
}

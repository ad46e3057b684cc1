import { type Currency, type Decimal, moneyFromDecimal } from '@connector/kernel';
import type { Invoice, InvoiceSummary, UnknownValue } from '@connector/mirakl';
import { isUnknown } from '../order/is-unknown.ts';
import { statusReason } from '../status-reason.ts';
import { findMismatch } from './check-parts.ts';
import {
  type DocumentDecision,
  giverOf,
  type InvoiceDecision,
  type InvoiceTransferType,
  type SellerFacts,
} from './settlement.ts';

/** What the operator has chosen. */
export type SettlementRules = {
  /** Values of `pay_out_psp_code` that mean us. */
  readonly payOutPspCodes: ReadonlySet<string>;
  /** Models of shops that are ours; undefined for all. */
  readonly shopModels: ReadonlySet<string> | undefined;
  /** `SETTLEMENT_PARTS_CHECK` */
  readonly partsCheck: 'warn' | 'hold' | 'off';
};

/** An accounting document that has a number. */
export type IssuedInvoice = Invoice & { readonly invoiceId: number };

export type InvoiceFacts = {
  readonly invoice: IssuedInvoice;
  readonly seller: SellerFacts;
  readonly rules: SettlementRules;
};

/**
 * Whether a document calls for anything: it is issued, and not one by hand, whose sums are in the next automatic one. Of a
 * kind or state that we do not know we had better take note.
 */
export function isToBeSettled(invoice: Invoice): invoice is IssuedInvoice {
  const byHand = invoice.type === 'MANUAL_INVOICE' || invoice.type === 'MANUAL_CREDIT';
  return invoice.invoiceId !== undefined && invoice.state !== 'DRAFT' && !byHand;
}

/**
 * What is to become of the transfers and the payout of one accounting document (workflows.md, section 6): the first rule that
 * matches wins. What depends on the moment, such as the seller's balance, is left to it.
 */
export function decideInvoice(facts: InvoiceFacts): InvoiceDecision {
  const whole = decideWhole(facts);
  if (whole) return forAll(whole);
  const { invoice, rules } = facts;
  const { type, state, currency, summary } = invoice;
  if (isUnknown(type)) return forAll(unexpected(type));
  if (isUnknown(state)) return forAll(unexpected(state));
  if (isUnknown(currency)) return forAll(unexpected(currency));
  if (!summary) return forAll(unexpected({ unknown: '(missing)', field: 'summary' }));
  const note = rules.partsCheck === 'off' ? undefined : describeMismatch(invoice.invoiceId, summary);
  if (note !== undefined && rules.partsCheck === 'hold') return holdAll(note);
  return { transfers: decideTransfers(facts, summary, currency), payout: decidePayout(facts, summary, currency), note };
}

/** The decision about a document that cannot be read, or that something is wrong with as a whole. */
export function holdAll(reason: string): InvoiceDecision {
  return forAll({ kind: 'hold', reason });
}

function decideWhole({ invoice, seller, rules }: InvoiceFacts): DocumentDecision | undefined {
  const { invoiceId, payOutPsp, shopModel, paymentState, shopId } = invoice;
  const ours =
    (payOutPsp === undefined || rules.payOutPspCodes.has(payOutPsp)) &&
    (rules.shopModels === undefined || shopModel === undefined || rules.shopModels.has(shopModel));
  if (!ours) return { kind: 'ignore', reason: statusReason.invoiceNotOurs(invoiceId) };
  if (isUnknown(paymentState)) return unexpected(paymentState);
  if (paymentState === 'PAID') return { kind: 'abort', reason: statusReason.invoicePaid(invoiceId) };
  if (shopId === undefined) return { kind: 'abort', reason: statusReason.noShop() };
  if (seller.ignored) return { kind: 'ignore', reason: statusReason.shopIgnored(shopId) };
  return undefined;
}

function forAll(decision: DocumentDecision): InvoiceDecision {
  return {
    transfers: {
      TRANSFER_EXTRA_CREDITS: decision,
      TRANSFER_SUBSCRIPTION: decision,
      TRANSFER_EXTRA_INVOICES: decision,
    },
    payout: decision,
  };
}

function unexpected({ unknown, field }: UnknownValue): DocumentDecision {
  return { kind: 'hold', reason: statusReason.unexpectedValue(unknown, field) };
}

function describeMismatch(invoiceId: number, summary: InvoiceSummary): string | undefined {
  const mismatch = findMismatch(summary);
  if (!mismatch) return undefined;
  return statusReason.invoiceDoesNotAddUp(invoiceId, mismatch.parts.toFixed(), mismatch.transferred.toFixed());
}

/** The fields of `summary`, in our words and in Mirakl's. */
const sumOf = {
  TRANSFER_EXTRA_CREDITS: ['totalOtherCredits', 'total_other_credits_incl_tax'],
  TRANSFER_SUBSCRIPTION: ['totalSubscription', 'total_subscription_incl_tax'],
  TRANSFER_EXTRA_INVOICES: ['totalOtherInvoices', 'total_other_invoices_incl_tax'],
} as const satisfies Record<InvoiceTransferType, readonly [keyof InvoiceSummary, string]>;

function decideTransfers(facts: InvoiceFacts, summary: InvoiceSummary, currency: Currency) {
  const decide = (type: InvoiceTransferType): DocumentDecision => {
    const [sum, field] = sumOf[type];
    const amount = summary[sum];
    // What the seller owes is negative. What goes the other way than it should is unknown to us, and never turned round
    // (lessons.md, L21).
    const moved = giverOf[type] === 'seller' ? amount.negated() : amount;
    if (moved.isNegative() && !moved.isZero()) return unexpected({ unknown: amount.toFixed(), field });
    return decideAmount(facts, moved, currency, ({ kycBlocked }) => !kycBlocked);
  };
  return {
    TRANSFER_EXTRA_CREDITS: decide('TRANSFER_EXTRA_CREDITS'),
    TRANSFER_SUBSCRIPTION: decide('TRANSFER_SUBSCRIPTION'),
    TRANSFER_EXTRA_INVOICES: decide('TRANSFER_EXTRA_INVOICES'),
  };
}

function decidePayout(facts: InvoiceFacts, { amountTransferred }: InvoiceSummary, currency: Currency) {
  return decideAmount(
    facts,
    amountTransferred,
    currency,
    ({ kycBlocked, payoutsEnabled }) => payoutsEnabled && !kycBlocked,
  );
}

function decideAmount(
  { invoice, seller }: InvoiceFacts,
  sum: Decimal,
  currency: Currency,
  isReached: (mapping: NonNullable<SellerFacts['mapping']>) => boolean,
): DocumentDecision {
  const amount = moneyFromDecimal(sum, currency);
  if ('inexpressible' in amount) {
    return { kind: 'hold', reason: statusReason.amountInexpressible(amount.inexpressible, currency) };
  }
  if (amount.minor <= 0n) return { kind: 'abort', reason: statusReason.amountNotPositive(amount.minor) };
  const { shopId = 0 } = invoice;
  if (!seller.mapping) return { kind: 'hold', reason: statusReason.shopNotMapped(shopId), amount };
  if (!isReached(seller.mapping)) return { kind: 'hold', reason: statusReason.payoutsDisabled(shopId), amount };
  return { kind: 'send', amount, mappingId: seller.mapping.id };
}

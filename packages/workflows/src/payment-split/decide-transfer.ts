import { moneyFromDecimal } from '@connector/kernel';
import { isUnknown } from '../order/is-unknown.ts';
import { statusReason } from '../status-reason.ts';
import type { OrderFacts } from './order-facts.ts';
import { isPaymentId } from './payment-id.ts';
import { shareOf } from './share-of.ts';
import type { PaymentSource, Share, TransferDecision } from './transfer.ts';

/** What the ledger knows of the shop, or of the tax account. */
export type PayeeFacts = {
  readonly mapping: { readonly id: number; readonly kycBlocked: boolean } | undefined;
  readonly ignored: boolean;
};

/** What the operator has chosen. */
export type SplitRules = {
  /** Values of `pay_out_psp_code` that mean us. */
  readonly payOutPspCodes: ReadonlySet<string>;
  /** Transfer from the platform's balance when no payment on Stripe is known. */
  readonly splitWithoutCharge: boolean;
  readonly taxSplit: { readonly accountId: string | undefined } | undefined;
};

export type TransferFacts = {
  readonly order: OrderFacts;
  readonly share: Share;
  readonly shop: PayeeFacts;
  /** Of interest for the tax share only. */
  readonly taxAccount: PayeeFacts;
  /** The charge that the payment mappings know for the commercial order. */
  readonly mappedChargeId: string | undefined;
  readonly rules: SplitRules;
};

/**
 * What is to become of one share of one order, by the rules of workflows.md, section 4: the first that matches wins. The
 * payment's own state (rule 6) and a sum that is not positive (rule 7) are left to the moment of sending.
 */
export function decideTransfer(facts: TransferFacts): TransferDecision {
  const { order, share, rules } = facts;
  if (order.buyerPaysSeller || !isOurPsp(order.payOutPsp, rules)) {
    return { kind: 'ignore', reason: statusReason.orderNotOurs(order.id) };
  }
  if (facts.shop.ignored) return { kind: 'ignore', reason: statusReason.shopIgnored(order.shopId) };
  if (!facts.shop.mapping) return { kind: 'hold', reason: statusReason.shopNotMapped(order.shopId) };
  const payee = share === 'tax' ? taxAccount(facts) : seller(facts);
  if ('kind' in payee) return payee;

  if (isUnknown(order.progress)) return unexpected(order.progress);
  if (order.progress === 'refused') {
    return { kind: 'abort', reason: statusReason.orderCannotBeProcessed(order.state) };
  }
  if (order.progress === 'not-accepted' || !order.paid) {
    return { kind: 'hold', reason: statusReason.orderNotReady(order.state) };
  }

  const source = paymentSource(facts);
  if (!source) return { kind: 'hold', reason: statusReason.noPaymentOfOrder(order.id) };

  if (isUnknown(order.currency)) return unexpected(order.currency);
  if (isUnknown(order.amounts)) return unexpected(order.amounts);
  const amount = moneyFromDecimal(shareOf(order.amounts, share, rules.taxSplit !== undefined), order.currency);
  if ('inexpressible' in amount) {
    return { kind: 'hold', reason: statusReason.amountInexpressible(amount.inexpressible, amount.currency) };
  }
  return { kind: 'send', amount, source, mappingId: payee.mappingId };
}

function isOurPsp(code: string | undefined, rules: SplitRules): boolean {
  return code === undefined || rules.payOutPspCodes.has(code);
}

type Payee = { readonly mappingId: number };

function seller({ shop, order }: TransferFacts): Payee | TransferDecision {
  if (!shop.mapping) return { kind: 'hold', reason: statusReason.shopNotMapped(order.shopId) };
  if (shop.mapping.kycBlocked) return { kind: 'hold', reason: statusReason.payoutsDisabled(order.shopId) };
  return { mappingId: shop.mapping.id };
}

function taxAccount({ taxAccount, rules }: TransferFacts): Payee | TransferDecision {
  const accountId = rules.taxSplit?.accountId;
  if (accountId === undefined) return { kind: 'abort', reason: statusReason.noTaxAccount() };
  if (!taxAccount.mapping) return { kind: 'hold', reason: statusReason.taxAccountNotMapped(accountId) };
  return { mappingId: taxAccount.mapping.id };
}

function paymentSource({ order, mappedChargeId, rules }: TransferFacts): PaymentSource | undefined {
  const { transactionNumber } = order;
  if (transactionNumber !== undefined && isPaymentId(transactionNumber)) {
    return { kind: 'payment', id: transactionNumber };
  }
  if (mappedChargeId !== undefined) return { kind: 'payment', id: mappedChargeId };
  return rules.splitWithoutCharge ? { kind: 'none' } : undefined;
}

function unexpected({ unknown, field }: { unknown: string; field: string }): TransferDecision {
  return { kind: 'hold', reason: statusReason.unexpectedValue(unknown, field) };
}

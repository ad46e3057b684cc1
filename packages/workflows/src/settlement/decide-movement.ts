import { formatMoney, type Money, payoutStep } from '@connector/kernel';
import type { NotSent } from '../operation/rounds-table.ts';
import { statusReason } from '../status-reason.ts';
import { isFinal, type SellerFacts } from './settlement.ts';

/** Facts older than this are not acted upon: meanwhile the operator may have paid an invoice by other means. */
const factsAreFreshMs = 2 * 24 * 3_600_000;

/** What decides at the moment in which something is to be moved. */
export type MovementFacts = {
  readonly invoiceId: number;
  readonly shopId: number;
  readonly seller: SellerFacts;
  readonly amount: Money;
  /** When Mirakl last said what the invoice is. */
  readonly seenAt: Date;
  readonly now: Date;
};

export type PayoutFacts = MovementFacts & {
  readonly transfers: readonly { readonly type: string; readonly status: string }[];
};

/** Whether what Mirakl said then is to be asked again before money moves. */
export function isStale(seenAt: Date, now: Date): boolean {
  return now.getTime() - seenAt.getTime() > factsAreFreshMs;
}

/** Why a transfer of an invoice cannot be made now; undefined if only the balance is left to be asked. */
export function whyNotTransfer(facts: MovementFacts): NotSent | undefined {
  const { seller, shopId } = facts;
  const ignored = whyIgnored(facts);
  if (ignored) return ignored;
  if (!seller.mapping) return hold(statusReason.shopNotMapped(shopId));
  if (seller.mapping.kycBlocked) return hold(statusReason.payoutsDisabled(shopId));
  return whyStale(facts);
}

/**
 * Why a payout cannot be made now; undefined if only the balance is left to be asked. It waits for the transfers of its invoice
 * (lessons.md, L24): what the seller is due is what he has when all of them are made.
 */
export function whyNotPayout(facts: PayoutFacts): NotSent | undefined {
  const { seller, shopId, invoiceId, amount } = facts;
  const ignored = whyIgnored(facts);
  if (ignored) return ignored;
  if (!seller.mapping) return hold(statusReason.shopNotMapped(shopId));
  const waitsFor = facts.transfers.find(({ status }) => !isFinal(status));
  if (waitsFor) return hold(statusReason.invoiceTransferNotReady(waitsFor.type, invoiceId, waitsFor.status));
  const { kycBlocked, payoutsEnabled } = seller.mapping;
  if (kycBlocked || !payoutsEnabled) return hold(statusReason.payoutsDisabled(shopId));
  if (amount.minor % payoutStep(amount.currency) !== 0n) {
    return hold(statusReason.payoutInexpressible(formatMoney(amount)));
  }
  return whyStale(facts);
}

/** What an account holds in one currency, in minor units. */
export type Funds = { readonly available: bigint; readonly pending: bigint };

/** Why the seller's balance does not allow it; undefined if it does. */
export function whyTooLow({ shopId, amount }: MovementFacts, { available, pending }: Funds): NotSent | undefined {
  if (available >= amount.minor) return undefined;
  const inWords = (minor: bigint) => formatMoney({ minor, currency: amount.currency });
  return hold(statusReason.balanceTooLow(shopId, formatMoney(amount), inWords(available), inWords(pending)));
}

function whyIgnored({ seller, shopId }: MovementFacts): NotSent | undefined {
  return seller.ignored ? { kind: 'ignore', reason: statusReason.shopIgnored(shopId) } : undefined;
}

function whyStale({ seenAt, now, invoiceId }: MovementFacts): NotSent | undefined {
  return isStale(seenAt, now) ? hold(statusReason.invoiceNotSeen(invoiceId, seenAt)) : undefined;
}

function hold(reason: string): NotSent {
  return { kind: 'hold', reason };
}

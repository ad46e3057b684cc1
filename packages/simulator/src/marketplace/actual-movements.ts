import type { Stripe } from 'stripe';
import type { StripeSimulator } from '../stripe/start-stripe-simulator.ts';
import { bankOf, buyers, type Movement } from './movement.ts';

type StripeReaders = Pick<
  StripeSimulator,
  'platform' | 'accounts' | 'charges' | 'refunds' | 'transfers' | 'reversals' | 'payouts'
>;

/**
 * What has moved on the simulated Stripe: every object by itself, so that what was made twice is there twice. What came back, a
 * refund or payout that failed, is left out.
 */
export function actualMovements(stripe: StripeReaders): Movement[] {
  const refunds = stripe.refunds().filter(hasNotFailed);
  const ofCharge = Map.groupBy(refunds, ({ charge }) => charge);
  const transfers = [stripe.platform, ...stripe.accounts()].flatMap(({ id: from }) =>
    stripe.transfers(from).map((transfer) => ({ ...transfer, from })),
  );
  const made = new Map(transfers.map((transfer) => [transfer.id, transfer]));
  return [
    ...stripe.charges().flatMap((charge) => captured(stripe, charge, ofCharge.get(charge.id) ?? [])),
    ...refunds.filter((refund) => !isRelease(refund)).map((refund) => refunded(stripe, refund)),
    ...transfers.map(transferred),
    ...stripe.reversals().map((reversal) => reversed(reversal, made.get(idOf(reversal.transfer)))),
    ...stripe.accounts().flatMap(({ id }) =>
      stripe
        .payouts(id)
        .filter(hasNotFailed)
        .map((payout) => paidOut(id, payout)),
    ),
  ];
}

/** What was taken of a buyer's payment, without what somebody has paid back before, and what of it was let go of. */
function captured({ platform }: StripeReaders, charge: Stripe.Charge, refunds: readonly Stripe.Refund[]): Movement[] {
  const { id, currency } = charge;
  const move = (key: string, to: string, amount: number) => ({
    ...{ key: `${key} ${id}`, from: buyers, to, currency },
    amount: BigInt(amount),
  });
  const elsewhere = charge.amount_refunded - total(refunds);
  const released = total(refunds.filter(isRelease));
  return [
    ...(charge.captured && charge.paid ? [move('capture', platform.id, charge.amount_captured - elsewhere)] : []),
    ...(released > 0 ? [move('release', buyers, released)] : []),
  ];
}

/** Stripe shows as a refund what was authorised and let go of. */
function isRelease({ metadata, balance_transaction, status }: Stripe.Refund): boolean {
  return balance_transaction === null && status === 'succeeded' && metadata?.miraklRefundId === undefined;
}

function refunded({ platform }: StripeReaders, refund: Stripe.Refund): Movement {
  const { id, metadata, amount, currency, charge } = refund;
  const key = `refund ${metadata?.miraklRefundId ?? id}`;
  return { key, from: platform.id, to: buyers, amount: BigInt(amount), currency, of: idOf(charge) };
}

/** By the type of the ledger's record, which the transfers of invoices carry. */
const kinds: Readonly<Record<string, string>> = {
  TRANSFER_EXTRA_CREDITS: 'extra credits',
  TRANSFER_SUBSCRIPTION: 'subscription',
  TRANSFER_EXTRA_INVOICES: 'extra invoices',
};

function transferred(transfer: Stripe.Transfer & { readonly from: string }): Movement {
  const { id, from, metadata, amount, currency, destination, source_transaction: source } = transfer;
  const key = `${kinds[metadata.transferType ?? ''] ?? 'transfer'} ${metadata.miraklId ?? id}`;
  const movement = { key, from, to: idOf(destination), amount: BigInt(amount), currency };
  return source === null ? movement : { ...movement, of: idOf(source) };
}

function reversed(
  { id, metadata, amount, currency }: Stripe.TransferReversal,
  transfer: (Stripe.Transfer & { readonly from: string }) | undefined,
): Movement {
  const key = `reversal ${metadata?.miraklId ?? id}`;
  const { destination = null, from = 'nobody', metadata: of = {} } = transfer ?? {};
  return { key, from: idOf(destination), to: from, amount: BigInt(amount), currency, of: of.miraklId ?? 'none' };
}

function paidOut(account: string, { id, metadata, amount, currency }: Stripe.Payout): Movement {
  const key = `payout ${metadata?.invoiceId ?? id}`;
  return { key, from: account, to: bankOf(account), amount: BigInt(amount), currency };
}

function hasNotFailed({ status }: { readonly status: string | null }): boolean {
  return status !== 'failed' && status !== 'canceled';
}

/** The simulator never expands them, but the type allows objects. */
function idOf(reference: string | { id: string } | null): string {
  return typeof reference === 'string' ? reference : (reference?.id ?? 'none');
}

function total(amounts: readonly { readonly amount: number }[]): number {
  return amounts.reduce((sum, { amount }) => sum + amount, 0);
}

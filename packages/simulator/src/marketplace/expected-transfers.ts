import type { Stripe } from 'stripe';
import type { MiraklSimulator } from '../mirakl/start-mirakl-simulator.ts';
import type { StripeSimulator } from '../stripe/start-stripe-simulator.ts';
import { minorUnitsOf } from './exact-amount.ts';
import { chargesByOrder, isLive } from './purchases.ts';
import { productSales, type Sale, serviceSales } from './sales.ts';

/** What should become of one order, or of its taxes, in the end. */
export type ExpectedOutcome =
  | {
      readonly kind: 'transfer';
      readonly destination: string;
      /** In minor units. */
      readonly amount: number;
      /** In lower case. */
      readonly currency: string;
      readonly sourceCharge: string;
    }
  /** Waits, will never be, is not ours. */
  | { readonly kind: 'hold' | 'abort' | 'ignore' };

export type ExpectedTransfersOptions = {
  readonly mirakl: Pick<MiraklSimulator, 'shops' | 'productOrders' | 'serviceOrders' | 'debits'>;
  readonly stripe: Pick<StripeSimulator, 'charges' | 'accounts'>;
  /** The connected account of a shop; undefined for one that has none. */
  readonly accountOf: (shopId: number) => string | undefined;
  /** Which orders are split: both kinds unless given. */
  readonly kinds?: readonly ('product' | 'service')[];
  /** Values of `pay_out_psp_code` that mean the connector: `NOT_SPECIFIED` and `OPERATOR` unless given. */
  readonly payOutPspCodes?: readonly string[];
  /** The connected account that gets the taxes; no tax split unless given. */
  readonly taxAccount?: string;
};

/**
 * An independent answer to the question which transfers there should be: worked out from the simulated marketplace alone, by
 * the rules of the payment split. Shares no code with the connector, its arithmetic included, so that both cannot be wrong
 * in the same way. By order id; with the tax split also by order id and `_TAX`.
 */
export function expectedTransfers(options: ExpectedTransfersOptions): Map<string, ExpectedOutcome> {
  const { mirakl, accountOf, kinds = ['product', 'service'], taxAccount } = options;
  const sales = [
    ...(kinds.includes('product') ? productSales(mirakl) : []),
    ...(kinds.includes('service') ? serviceSales(mirakl) : []),
  ];
  const expected = new Map<string, ExpectedOutcome>();
  for (const sale of sales) {
    const net = sale.due - sale.commission;
    if (taxAccount === undefined) {
      expected.set(sale.id, outcome(options, sale, { to: accountOf(sale.shopId), amount: net }));
    } else {
      expected.set(sale.id, outcome(options, sale, { to: accountOf(sale.shopId), amount: net - sale.taxes }));
      expected.set(`${sale.id}_TAX`, outcome(options, sale, { to: taxAccount, amount: sale.taxes }));
    }
  }
  return expected;
}

type Share = { readonly to: string | undefined; readonly amount: bigint };

/** The first rule that matches wins. */
function outcome(options: ExpectedTransfersOptions, sale: Sale, { to, amount }: Share): ExpectedOutcome {
  const { mirakl, accountOf, payOutPspCodes = ['NOT_SPECIFIED', 'OPERATOR'] } = options;
  if (sale.buyerPaysSeller) return { kind: 'ignore' };
  if (sale.payOutPsp !== null && !payOutPspCodes.includes(sale.payOutPsp)) return { kind: 'ignore' };
  const shop = mirakl.shops().find(({ id }) => id === sale.shopId);
  if (shop?.additionalFields['stripe-ignored'] === 'true') return { kind: 'ignore' };
  if (accountOf(sale.shopId) === undefined || to === undefined) return { kind: 'hold' };
  if (!canBePaid(options, to)) return { kind: 'hold' };
  if (sale.progress === 'refused') return { kind: 'abort' };
  if (sale.progress === 'waiting' || !sale.paid) return { kind: 'hold' };

  const charge = findCharge(options, sale);
  if (charge === undefined) return { kind: 'hold' };
  // The buyer may try again with a PaymentIntent whose charge failed, but not with the charge itself.
  if (charge.status === 'failed') return { kind: sale.payment === charge.payment_intent ? 'hold' : 'abort' };
  if (charge.refunded) return { kind: 'abort' };
  if (charge.status !== 'succeeded' || !charge.captured) return { kind: 'hold' };

  const minor = minorUnitsOf(amount, sale.currency);
  if (minor === undefined) return { kind: 'hold' };
  if (minor <= 0n) return { kind: 'abort' };
  const currency = sale.currency.toLowerCase();
  return { kind: 'transfer', destination: to, amount: Number(minor), currency, sourceCharge: charge.id };
}

/** A seller who has not proved who he is has to wait. */
function canBePaid({ stripe }: ExpectedTransfersOptions, accountId: string): boolean {
  const account = stripe.accounts().find(({ id }) => id === accountId);
  return account?.payouts_enabled === true && account.capabilities?.transfers === 'active';
}

/** The payment that Mirakl names; if that is none of Stripe's, the best of those that name the purchase. */
function findCharge({ stripe }: ExpectedTransfersOptions, { payment, commercialId }: Sale): Stripe.Charge | undefined {
  const charges = stripe.charges();
  if (payment !== null && /^(pi|ch|py)_/.test(payment)) {
    return charges.find(({ id, payment_intent }) => id === payment || payment_intent === payment);
  }
  const ofOrder = chargesByOrder(stripe).get(commercialId) ?? [];
  return (
    ofOrder.find(({ captured, status }) => captured && status === 'succeeded') ?? ofOrder.find(isLive) ?? ofOrder[0]
  );
}

import type { SimulatedProductOrder, SimulatedServiceOrder } from '../mirakl/objects.ts';
import type { MiraklSimulator } from '../mirakl/start-mirakl-simulator.ts';
import type { StripeSimulator } from '../stripe/start-stripe-simulator.ts';

/** What should become of one order in the end. */
export type ExpectedOutcome =
  | {
      readonly kind: 'transfer';
      readonly destination: string;
      readonly amount: number;
      readonly currency: string;
      readonly sourceCharge: string;
    }
  /** Waits, was refused by Stripe, will never be, is not ours. */
  | { readonly kind: 'hold' | 'failed' | 'abort' | 'ignore' };

export type ExpectedTransfersOptions = {
  readonly mirakl: MiraklSimulator;
  readonly stripe: StripeSimulator;
  /** The connected account of a shop; undefined for one that has none. */
  readonly accountOf: (shopId: number) => string | undefined;
};

/**
 * An independent answer to the question which transfers there should be: worked out from the simulated marketplace alone, by
 * the rules of the payment split without the tax split. Shares no code with the connector, its arithmetic included, so
 * that both cannot be wrong in the same way. By order id.
 */
export function expectedTransfers(options: ExpectedTransfersOptions): Map<string, ExpectedOutcome> {
  const { mirakl } = options;
  const expected = new Map<string, ExpectedOutcome>();
  for (const order of mirakl.productOrders()) {
    expected.set(
      order.id,
      outcome(options, order, { paid: order.debited, payment: order.transactionNumber, net: productNet(order) }),
    );
  }
  const debits = new Map(mirakl.debits().map((debit) => [debit.orderId, debit]));
  for (const order of mirakl.serviceOrders()) {
    const debit = debits.get(order.id);
    const payment = debit?.transactionNumber ?? null;
    expected.set(order.id, outcome(options, order, { paid: debit?.state === 'OK', payment, net: serviceNet(order) }));
  }
  return expected;
}

type Sale = { readonly paid: boolean; readonly payment: string | null; readonly net: bigint };

const refusedStates = ['REFUSED', 'CANCELED', 'ORDER_REFUSED', 'ORDER_EXPIRED', 'ORDER_CANCELLED'];
const acceptedStates = [
  'SHIPPING',
  'SHIPPED',
  'TO_COLLECT',
  'RECEIVED',
  'CLOSED',
  'ORDER_PENDING',
  'ORDER_ACCEPTED',
  'ORDER_CLOSED',
];

function outcome(
  { mirakl, stripe, accountOf }: ExpectedTransfersOptions,
  order: SimulatedProductOrder | SimulatedServiceOrder,
  { paid, payment, net }: Sale,
): ExpectedOutcome {
  if (order.buyerPaysSeller || !['OPERATOR', 'NOT_SPECIFIED', null].includes(order.payOutPsp))
    return { kind: 'ignore' };
  const shop = mirakl.shops().find(({ id }) => id === order.shopId);
  if (shop?.additionalFields['stripe-ignored'] === 'true') return { kind: 'ignore' };
  const destination = accountOf(order.shopId);
  if (destination === undefined) return { kind: 'hold' };
  if (refusedStates.includes(order.state)) return { kind: 'abort' };
  if (!acceptedStates.includes(order.state) || !paid) return { kind: 'hold' };
  const charge = stripe
    .charges()
    .find(({ id, payment_intent }) => payment !== null && [id, payment_intent].includes(payment));
  const amount = minorUnits(net, order.currency);
  if (!charge || amount === undefined) return { kind: 'hold' };
  if (charge.status === 'failed' || charge.refunded) return { kind: 'abort' };
  if (charge.status !== 'succeeded' || !charge.captured) return { kind: 'hold' };
  if (amount <= 0n) return { kind: 'abort' };
  const account = stripe.accounts().find(({ id }) => id === destination);
  if (account?.capabilities?.transfers !== 'active') return { kind: 'failed' };
  return {
    kind: 'transfer',
    destination,
    amount: Number(amount),
    currency: order.currency.toLowerCase(),
    sourceCharge: charge.id,
  };
}

function productNet(order: SimulatedProductOrder): bigint {
  let net = millionths(order.total) - millionths(order.commission);
  if (order.taxMode === 'TAX_INCLUDED') return net;
  for (const line of order.lines) {
    if (refusedStates.includes(line.state)) continue;
    for (const tax of [...line.taxes, ...line.shippingTaxes]) net += millionths(tax);
  }
  return net;
}

function serviceNet(order: SimulatedServiceOrder): bigint {
  const options = order.options.flatMap((option) => (option.type === 'BOOLEAN' ? [option.amount] : option.values));
  const taxes = order.taxMode === 'TAX_INCLUDED' ? [] : order.taxes;
  const due = [order.price, ...options, ...taxes].reduce((sum, text) => sum + millionths(text), 0n);
  return due - millionths(order.commission);
}

function millionths(text: string): bigint {
  const [whole = '0', decimals = ''] = text.replace('-', '').split('.');
  const value = BigInt(whole) * 1_000_000n + BigInt(decimals.padEnd(6, '0'));
  return text.startsWith('-') ? -value : value;
}

/** Millionths in one minor unit, and what the minor units must be a multiple of. */
const units: Readonly<Record<string, readonly [bigint, bigint]>> = { JPY: [1_000_000n, 1n], KWD: [1_000n, 10n] };

function minorUnits(value: bigint, currency: string): bigint | undefined {
  const [size, step] = units[currency] ?? [10_000n, 1n];
  const minor = value / size;
  return value % size === 0n && minor % step === 0n ? minor : undefined;
}

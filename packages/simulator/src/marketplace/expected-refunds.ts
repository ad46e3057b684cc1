import type { Stripe } from 'stripe';
import type { SimulatedRefund } from '../mirakl/objects.ts';
import { exactAmount, minorUnitsOf } from './exact-amount.ts';
import { buyers, type ExpectedMovement } from './movement.ts';
import { chargesByOrder } from './purchases.ts';
import { onTop, type Sale, sum } from './sales.ts';

export type RefundsOptions = {
  /** Those that were decided on Mirakl and not paid back yet. */
  readonly refunds: readonly SimulatedRefund[];
  readonly sales: readonly Sale[];
  /** As they are when the refunds are made. */
  readonly charges: readonly Stripe.Charge[];
  readonly platform: string;
};

export type ExpectedRefunds = {
  /** The charges as they are then. */
  readonly charges: readonly Stripe.Charge[];
  /** `refund` of each, by its id; of authorised payments that are let go of `release` of the charge. */
  readonly movements: ReadonlyMap<string, ExpectedMovement>;
  /** Ids of those that the buyers have got. */
  readonly made: ReadonlySet<string>;
};

/** What the buyers get back (workflows.md, section 5), out of the payment of each order. */
export function expectedRefunds({ refunds, sales, charges, platform }: RefundsOptions): ExpectedRefunds {
  const ofOrder = chargesByOrder({ charges: () => charges });
  const after = new Map(charges.map((charge) => [charge.id, { ...charge }]));
  const movements = new Map<string, ExpectedMovement>();
  const made = new Set<string>();
  for (const refund of refunds) {
    const sale = sales.find(({ id }) => id === refund.orderId);
    if (sale === undefined) throw new Error(`refund ${refund.id} is of no order`);
    const key = `refund ${refund.id}`;
    const minor = minorUnitsOf(refundedAmount(sale, refund), sale.currency);
    if (minor === undefined || minor <= 0n) {
      movements.set(key, { kind: minor === undefined ? 'hold' : 'abort' });
      continue;
    }
    const payments = paymentsOf(sale, ofOrder.get(sale.commercialId) ?? [], [...after.values()]);
    const charge = payments.find((payment) => isRefundable(payment) && leftOf(payment) >= minor);
    if (charge === undefined) {
      const isOver = payments.length > 0 && payments.every((payment) => isLost(payment, sale));
      movements.set(key, { kind: isOver ? 'abort' : 'hold' });
      continue;
    }
    charge.amount_refunded += Number(minor);
    charge.refunded = charge.amount_refunded === charge.amount;
    made.add(refund.id);
    const currency = sale.currency.toLowerCase();
    movements.set(key, { kind: 'move', from: platform, to: buyers, amount: minor, currency, of: charge.id });
  }
  return { charges: [...after.values()], movements, made };
}

/** What the buyer gets back, exactly: goods or service, shipping, and the taxes that he paid on top. */
export function refundedAmount(sale: Pick<Sale, 'taxMode'>, refund: SimulatedRefund): bigint {
  const taxes = sum([...refund.taxes, ...refund.shippingTaxes]);
  return exactAmount(refund.amount) + exactAmount(refund.shippingAmount) + onTop(sale, taxes);
}

/** The payment that Mirakl names, then the others of the purchase. */
function paymentsOf(
  { payment }: Sale,
  ofOrder: readonly Stripe.Charge[],
  charges: readonly Stripe.Charge[],
): Stripe.Charge[] {
  const isNamed = ({ id, payment_intent }: Stripe.Charge) => id === payment || payment_intent === payment;
  const others = new Set(ofOrder.map(({ id }) => id));
  const named = payment === null ? [] : charges.filter(isNamed);
  return [...named, ...charges.filter((charge) => others.has(charge.id) && !named.includes(charge))];
}

function isRefundable({ status, captured, refunded }: Stripe.Charge): boolean {
  return status === 'succeeded' && captured && !refunded;
}

/** Nothing can come of it any more. A PaymentIntent whose charge failed may yet succeed with another card. */
function isLost({ status, refunded, payment_intent }: Stripe.Charge, { payment }: Sale): boolean {
  return refunded || (status === 'failed' && (payment === null || payment !== payment_intent));
}

function leftOf({ amount, amount_refunded }: Stripe.Charge): bigint {
  return BigInt(amount - amount_refunded);
}

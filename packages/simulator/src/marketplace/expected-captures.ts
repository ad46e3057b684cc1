import type { Stripe } from 'stripe';
import { minorUnitsOf } from './exact-amount.ts';
import { buyers, type ExpectedMovement } from './movement.ts';
import { chargesByOrder, isLive, type Purchases } from './purchases.ts';
import { allSales, type Sale } from './sales.ts';

export type ExpectedCaptures = {
  /** The charges as they are then. */
  readonly charges: readonly Stripe.Charge[];
  /** `capture` and `release` of each charge. */
  readonly movements: ReadonlyMap<string, ExpectedMovement>;
};

/**
 * What is taken of the buyers' payments, and what of it is let go of (workflows.md, section 3): nothing while an order of the
 * purchase is neither accepted and paid nor refused; then what was authorised less what was refused or cancelled.
 */
export function expectedCaptures(purchases: Purchases, platform: string): ExpectedCaptures {
  // What the buyer pays to the seller himself is no part of these payments.
  const ours = allSales(purchases).filter(({ buyerPaysSeller }) => !buyerPaysSeller);
  const sales = Map.groupBy(ours, ({ commercialId }) => commercialId);
  const after = new Map<string, Stripe.Charge>();
  for (const [commercialId, charges] of chargesByOrder(purchases)) {
    const takings = takingsOf(sales.get(commercialId) ?? [], charges.filter(isLive));
    for (const charge of charges) after.set(charge.id, takenFrom(charge, takings?.get(charge.id)));
  }
  const charges = purchases.charges().map((charge) => after.get(charge.id) ?? charge);
  const movements = new Map<string, ExpectedMovement>();
  for (const [index, before] of purchases.charges().entries()) {
    const charge = charges[index] ?? before;
    const { currency } = charge;
    const move = (to: string, amount: number) =>
      ({ kind: 'move', from: buyers, to, amount: BigInt(amount), currency }) as const;
    // What was paid back before is nobody's business here.
    if (before.captured && before.status === 'succeeded') {
      movements.set(`capture ${charge.id}`, move(platform, charge.amount - charge.amount_refunded));
    } else if (isLive(before)) {
      const released = charge.amount_refunded - before.amount_refunded;
      if (charge.captured) movements.set(`capture ${charge.id}`, move(platform, charge.amount_captured));
      if (released > 0) movements.set(`release ${charge.id}`, move(buyers, released));
      if (charge === before) movements.set(`capture ${charge.id}`, { kind: 'hold' });
    }
  }
  return { charges, movements };
}

/** How much is taken of each payment that is authorised only, in minor units, by charge; undefined while that is not known. */
function takingsOf(sales: readonly Sale[], live: readonly Stripe.Charge[]): Map<string, number> | undefined {
  const isSettled = ({ progress, paid }: Sale) => progress === 'refused' || (progress === 'accepted' && paid);
  if (sales.length === 0 || !sales.every(isSettled)) return undefined;
  const currency = sales[0]?.currency ?? '';
  const due = minorUnitsOf(total(sales.map((sale) => (sale.progress === 'refused' ? 0n : sale.due))), currency);
  const gone = minorUnitsOf(total(sales.map((sale) => sale.gone)), currency);
  if (due === undefined || gone === undefined) return undefined;

  const amounts = (charges: readonly Stripe.Charge[]) => total(charges.map(({ amount }) => BigInt(amount)));
  const open = live.filter(({ captured }) => !captured);
  const taken = amounts(live.filter(({ captured }) => captured));
  const authorized = amounts(live);
  // One payment is for all that it has authorised; several may be one too many, and are for the purchase only.
  const wanted = live.length > 1 && authorized > due + gone ? due : authorized - gone;
  let left = wanted - taken;
  if (left > amounts(open) || (left < 0n && taken === 0n && due > 0n)) return undefined;
  return new Map(
    open.map(({ id, amount }) => {
      const taking = left <= 0n ? 0n : left < BigInt(amount) ? left : BigInt(amount);
      left -= taking;
      return [id, Number(taking)];
    }),
  );
}

/** A charge of which so much was taken and the rest let go of. */
function takenFrom(charge: Stripe.Charge, amount: number | undefined): Stripe.Charge {
  if (amount === undefined) return charge;
  const released = charge.amount - amount;
  const captured = { captured: amount > 0, amount_captured: amount };
  return { ...charge, ...captured, amount_refunded: released, refunded: amount === 0 };
}

function total(amounts: readonly bigint[]): bigint {
  return amounts.reduce((sum, amount) => sum + amount, 0n);
}

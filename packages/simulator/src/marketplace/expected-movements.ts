import type { SimulatedInvoice, SimulatedRefund } from '../mirakl/objects.ts';
import { expectedCaptures } from './expected-captures.ts';
import { expectedRefunds } from './expected-refunds.ts';
import { expectedReversals } from './expected-reversals.ts';
import { expectedSettlement } from './expected-settlement.ts';
import { type ExpectedOutcome, type ExpectedTransfersOptions, expectedTransfers } from './expected-transfers.ts';
import { expectedValidation } from './expected-validation.ts';
import { type ExpectedMovement, type ExpectedMovements, movementsIn } from './movement.ts';
import type { Purchases } from './purchases.ts';
import { allSales } from './sales.ts';

export type ExpectedMovementsOptions = Omit<ExpectedTransfersOptions, 'mirakl' | 'stripe' | 'kinds'> & {
  readonly mirakl: Pick<ExpectedTransfersOptions['mirakl'], 'shops'>;
  readonly stripe: Pick<ExpectedTransfersOptions['stripe'], 'accounts'> & {
    readonly platform: { readonly id: string };
  };
  /** What buyers and sellers have made. */
  readonly purchases: Purchases;
  /** As they were decided on Mirakl. */
  readonly refunds?: readonly SimulatedRefund[];
  /** As they were issued, the oldest first. */
  readonly invoices?: readonly SimulatedInvoice[];
  /** Shops whose sellers could not be paid before the refunds were made: the buyers had the money back by then. */
  readonly lateShops?: readonly number[];
};

/**
 * An independent answer to the question what money there should have moved, from the buyer's card to the seller's bank, once
 * everything has come to rest: worked out from what people have made on the marketplace alone, by the rules of all workflows,
 * one after the other. Shares no code with the connector, its arithmetic included. Also says what waits, will never be, or is
 * not ours.
 */
export function expectedMovements(options: ExpectedMovementsOptions): ExpectedMovements {
  const { mirakl, stripe, refunds = [], invoices = [], lateShops = [] } = options;
  const platform = stripe.platform.id;
  const validated = expectedValidation(options.purchases);
  const sales = allSales(validated);
  const captured = expectedCaptures(validated, platform);
  const paidBack = expectedRefunds({ refunds, sales, platform, charges: captured.charges });

  const split = (charges: typeof captured.charges) =>
    expectedTransfers({
      ...options,
      mirakl: { ...validated, shops: mirakl.shops },
      stripe: { accounts: stripe.accounts, charges: () => charges },
    });
  const shopOf = new Map(sales.map(({ id, shopId }) => [id, shopId]));
  const isLate = (id: string) => lateShops.includes(shopOf.get(id.replace(/_TAX$/, '')) ?? 0);
  const late = split(paidBack.charges);
  const transfers = new Map(
    [...split(captured.charges)].map(([id, outcome]) => [id, (isLate(id) && late.get(id)) || outcome]),
  );

  const movements = new Map<string, ExpectedMovement>([
    ...captured.movements,
    ...[...transfers].map(([id, outcome]) => [`transfer ${id}`, asMovement(outcome, platform)] as const),
    ...paidBack.movements,
    ...expectedReversals({ refunds, sales, transfers, platform, refunded: paidBack.movements }),
  ]);
  const settled = expectedSettlement({ ...options, invoices, platform, before: movementsIn(movements) });
  return new Map([...movements, ...settled]);
}

function asMovement(outcome: ExpectedOutcome, platform: string): ExpectedMovement {
  if (outcome.kind !== 'transfer') return outcome;
  const { destination: to, currency, sourceCharge: of } = outcome;
  return { kind: 'move', from: platform, to, amount: BigInt(outcome.amount), currency, of };
}

import type { Currency } from '@connector/kernel';
import type { SimulatedInvoice, SimulatedShop } from '../mirakl/objects.ts';
import type { MiraklSimulator } from '../mirakl/start-mirakl-simulator.ts';
import { createDice, type Dice } from './dice.ts';
import type { DemoSeller } from './fill-sellers.ts';
import { codeOf, decimalText, percentOf } from './prices.ts';

export type FillInvoicesOptions = {
  readonly mirakl: MiraklSimulator;
  readonly sellers: readonly DemoSeller[];
  /** The same seed makes the same documents. */
  readonly seed: number;
  /** What a shop has earned and not been paid out, in minor units. */
  readonly earned: (shop: SimulatedShop) => bigint;
};

type Document = Partial<SimulatedInvoice>;

/**
 * Closes the month on Mirakl: a document for each seller over all that he has earned, less his subscription and what else he
 * is billed, plus what he is credited. Some have it paid out in two halves, some owe more than they have; and there are
 * documents that call for nothing.
 */
export function fillInvoices({ mirakl, sellers, seed, earned }: FillInvoicesOptions): void {
  const dice = createDice(seed);
  for (const { shop } of sellers) {
    const currency = codeOf(shop.currency);
    const give = (document: Document) => mirakl.given.invoice({ shopId: shop.id, currency, ...document });
    const due = Number(earned(shop));
    const half = dice.chance(15) ? percentOf(due, 50, currency) : 0;
    if (half > 0) give(plain(half, currency));
    give(dice.chance(12) && due > 0 ? owing(due, currency) : withFees(dice, due - half, currency));
    if (dice.chance(20)) give(dice.oneOf(notToBePaid));
  }
}

/** They stand in the listing as well, or in the next automatic document. */
const notToBePaid: readonly Document[] = [
  { paymentState: 'PAID' },
  { payOutPsp: 'MANGOPAY' },
  { type: 'MANUAL_CREDIT' },
  { type: 'MANUAL_INVOICE' },
  { state: 'DRAFT' },
];

/** His earnings without commission, and nothing else. */
function plain(earned: number, currency: Currency): Document {
  return { parts: { payableOrders: decimalText(earned, currency), commissions: '0' } };
}

/** He is billed more than he has earned in all. Nothing is transferred to him, and there is not enough to take. */
function owing(earned: number, currency: Currency): Document {
  const { parts } = plain(earned, currency);
  return { parts: { ...parts, otherInvoices: decimalText(-percentOf(earned, 120, currency), currency) } };
}

function withFees(dice: Dice, earned: number, currency: Currency): Document {
  if (earned <= 0) return plain(0, currency);
  const share = (chance: number, most: number) =>
    dice.chance(chance) ? percentOf(earned, dice.between(1, most), currency) : 0;
  const [subscription, invoices, credits] = [share(60, 10), share(30, 5), share(30, 4)];
  const text = (minor: number) => decimalText(minor, currency);
  const { parts } = plain(earned, currency);
  // Banks know no hundredths of a forint: sometimes Mirakl does, and then somebody has to look at it.
  const paidOut = earned - subscription - invoices + credits;
  const whole = currency === 'HUF' && dice.chance(60) ? paidOut - (paidOut % 100) : paidOut;
  return {
    parts: { ...parts, subscription: text(-subscription), otherInvoices: text(-invoices), otherCredits: text(credits) },
    amountTransferred: text(whole),
    amountTransferredToOperator: '0',
  };
}

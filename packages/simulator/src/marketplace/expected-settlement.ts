import type { InvoicePart } from '../mirakl/invoice-parts.ts';
import type { SimulatedInvoice } from '../mirakl/objects.ts';
import type { MiraklSimulator } from '../mirakl/start-mirakl-simulator.ts';
import type { StripeSimulator } from '../stripe/start-stripe-simulator.ts';
import { exactAmount, minorUnitsOf, payoutStepOf } from './exact-amount.ts';
import { bankOf, type ExpectedMovement, holdingsAfter, type Movement } from './movement.ts';

export type SettlementOptions = {
  readonly mirakl: Pick<MiraklSimulator, 'shops'>;
  readonly stripe: Pick<StripeSimulator, 'accounts'>;
  readonly accountOf: (shopId: number) => string | undefined;
  /** As they were issued, the oldest first. */
  readonly invoices: readonly SimulatedInvoice[];
  /** What has moved before. */
  readonly before: readonly Movement[];
  readonly platform: string;
  readonly payOutPspCodes?: readonly string[];
};

/** In the order in which they are made: what a seller is given can pay for what he owes. */
const parts: readonly (readonly [kind: string, part: InvoicePart, giver: 'platform' | 'seller'])[] = [
  ['extra credits', 'otherCredits', 'platform'],
  ['subscription', 'subscription', 'seller'],
  ['extra invoices', 'otherInvoices', 'seller'],
];

/**
 * What accounting documents move (workflows.md, section 6): by number `extra credits`, `subscription` and `extra invoices`
 * between platform and seller, and then his `payout`, as far as his balance suffices.
 */
export function expectedSettlement(options: SettlementOptions): ReadonlyMap<string, ExpectedMovement> {
  const movements = new Map<string, ExpectedMovement>();
  const held = new Map<string, bigint>();
  for (const [account, byCurrency] of holdingsAfter(options.before)) {
    for (const [currency, amount] of byCurrency) held.set(`${account} ${currency}`, amount);
  }
  for (const invoice of options.invoices) {
    if (invoice.type !== 'AUTO_INVOICE' || invoice.invoiceId === null || invoice.state === 'DRAFT') continue;
    const whole = verdictOn(options, invoice);
    const settle = (asked: Omit<Asked, 'held'>) => {
      // Payouts know no word for what is not ours.
      const verdict = asked.kind === 'payout' && whole === 'ignore' ? 'abort' : whole;
      const movement = verdict ? { kind: verdict } : moved(options, invoice, { ...asked, held });
      movements.set(`${asked.kind} ${invoice.invoiceId}`, movement);
      return movement.kind;
    };
    const account = options.accountOf(invoice.shopId ?? -1);
    const waits = parts
      .map(([kind, part, giver]) => {
        const amount = exactAmount(invoice.parts[part] ?? '0');
        return giver === 'platform'
          ? settle({ kind, amount, from: options.platform, to: account })
          : settle({ kind, amount: -amount, from: account, to: options.platform });
      })
      .includes('hold');
    const to = account === undefined ? undefined : bankOf(account);
    settle({ kind: 'payout', amount: exactAmount(invoice.amountTransferred), from: account, to, waits });
  }
  return movements;
}

function verdictOn(options: SettlementOptions, invoice: SimulatedInvoice): 'ignore' | 'abort' | undefined {
  const { payOutPspCodes = ['NOT_SPECIFIED', 'OPERATOR'] } = options;
  if (!payOutPspCodes.includes(invoice.payOutPsp)) return 'ignore';
  if (invoice.paymentState === 'PAID' || invoice.shopId === null) return 'abort';
  const shop = options.mirakl.shops().find(({ id }) => id === invoice.shopId);
  return shop?.additionalFields['stripe-ignored'] === 'true' ? 'ignore' : undefined;
}

type Asked = {
  readonly kind: string;
  readonly amount: bigint;
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** What every account holds, by account and currency; changed by what moves. */
  readonly held: Map<string, bigint>;
  /** For something else of the invoice. */
  readonly waits?: boolean;
};

function moved(options: SettlementOptions, invoice: SimulatedInvoice, asked: Asked): ExpectedMovement {
  const { kind, from, to, held } = asked;
  const amount = minorUnitsOf(asked.amount, invoice.currency);
  if (amount === undefined) return { kind: 'hold' };
  const isPayout = kind === 'payout';
  // What goes the other way than it should is never turned round.
  if (amount <= 0n) return { kind: amount === 0n || isPayout ? 'abort' : 'hold' };
  if (asked.waits === true || from === undefined || to === undefined || !canBePaid(options, invoice))
    return { kind: 'hold' };
  if (isPayout && amount % payoutStepOf(invoice.currency) !== 0n) return { kind: 'hold' };
  const currency = invoice.currency.toLowerCase();
  const available = held.get(`${from} ${currency}`) ?? 0n;
  if (available < amount) return { kind: 'hold' };
  held.set(`${from} ${currency}`, available - amount);
  held.set(`${to} ${currency}`, (held.get(`${to} ${currency}`) ?? 0n) + amount);
  return { kind: 'move', from, to, amount, currency };
}

function canBePaid({ stripe, accountOf }: SettlementOptions, { shopId }: SimulatedInvoice): boolean {
  const account = stripe.accounts().find(({ id }) => id === accountOf(shopId ?? -1));
  return account?.payouts_enabled === true && account.capabilities?.transfers === 'active';
}

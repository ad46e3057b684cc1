import { expect } from 'vitest';
import type { System } from './system.ts';

/**
 * Checks that the ledger and Stripe hold the same movements of money, each of them once and all of them done, and that Mirakl
 * was told of every debit and every refund once. To be called when nothing waits any more.
 */
export async function expectEachOnce(system: System): Promise<void> {
  const { mirakl, stripe } = system;
  expect(movementsOn(system)).toEqual(await movementsInLedger(system));
  for (const [what, objects] of Object.entries({
    transfer: stripe.transfers(),
    reversal: stripe.reversals(),
    refund: stripe.refunds().filter(isOurs),
    payout: stripe.payouts().filter(hasMoved),
  })) {
    expectUnique(`a ${what} on Stripe`, objects.map(purposeOf));
  }
  expectUnique(
    'a capture',
    stripe
      .requests()
      .filter(
        ({ method, path, replayed, status }) => method === 'POST' && isCapture(path) && status === 200 && !replayed,
      )
      .map(({ path }) => path),
  );
  expectUnique('a word to Mirakl', mirakl.requests().flatMap(confirmed));
}

/** The ids of what was moved on Stripe, except for what came back from a bank. */
function movementsOn({ stripe }: System): string[] {
  const made = [
    ...stripe.transfers(),
    ...stripe.reversals(),
    ...stripe.refunds().filter(isOurs),
    ...stripe.payouts().filter(hasMoved),
  ];
  return made.map(({ id }) => id).sort();
}

/** A row that claims to be done without an id has one that nothing on Stripe has. */
async function movementsInLedger({ db }: System): Promise<string[]> {
  const [transfers, refunds, payouts] = await Promise.all([
    db.selectFrom('stripe_transfer').select('transfer_id as id').where('status', '=', 'TRANSFER_CREATED').execute(),
    db.selectFrom('stripe_refund').select('stripe_refund_id as id').where('status', '=', 'REFUND_CREATED').execute(),
    db.selectFrom('stripe_payout').select('payout_id as id').where('status', '=', 'PAYOUT_CREATED').execute(),
  ]);
  return [...transfers, ...refunds, ...payouts].map(({ id }) => id ?? '(none)').sort();
}

/** What a capture leaves over shows as a refund on Stripe as well. */
function isOurs({ metadata }: { readonly metadata: Readonly<Record<string, string>> | null }): boolean {
  return metadata?.miraklRefundId !== undefined;
}

function hasMoved({ status }: { readonly status: string }): boolean {
  return status !== 'failed' && status !== 'canceled';
}

/** What it is on Mirakl, by our metadata. */
function purposeOf({ metadata }: { readonly metadata: Readonly<Record<string, string>> | null }): string {
  const { miraklId, miraklRefundId, invoiceId, transferType = '' } = metadata ?? {};
  return `${transferType} ${miraklId ?? miraklRefundId ?? invoiceId}`;
}

function isCapture(path: string): boolean {
  return path.endsWith('/capture');
}

/** What Mirakl is told (PA01, PA02, SPA01, SPA02), and by which field it names the thing. */
const confirmations: Readonly<Record<string, string>> = {
  '/api/payment/debit': 'order_id',
  '/api/payment/refund': 'refund_id',
  '/api/mms/debits': 'order_id',
  '/api/mms/refunds': 'id',
};

/** What a request tells Mirakl of, whatever became of it. */
function confirmed({ method, path, body }: { method: string; path: string; body: unknown }): string[] {
  const field = confirmations[path];
  if (method !== 'PUT' || field === undefined) return [];
  return [...JSON.stringify(body).matchAll(new RegExp(`"${field}":"([^"]+)"`, 'g'))].map(([, id]) => `${path} ${id}`);
}

function expectUnique(what: string, names: readonly string[]): void {
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  expect(twice, `${what} more than once`).toEqual([]);
}

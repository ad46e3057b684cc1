import type { World } from '@connector/testing';
import type { SettlementRules } from './decide-invoice.ts';
import { planInvoices } from './plan-invoices.ts';
import { rememberPlatformAccount } from './platform-account.ts';
import { settleSeller } from './settle-seller.ts';

export const rules: SettlementRules = {
  payOutPspCodes: new Set(['NOT_SPECIFIED', 'OPERATOR']),
  shopModels: undefined,
  partsCheck: 'warn',
};
export const dayMs = 86_400_000;
export const minuteMs = 60_000;
const sweep = { renew: () => Promise.resolve() };

type Planning = {
  startDate?: string | undefined;
  all?: boolean;
  scheduled?: boolean;
  run?: string;
  rules?: SettlementRules;
};

/** One round of the sweep. */
export const plan = (world: World, { rules: chosen = rules, ...input }: Planning = {}) =>
  planInvoices({ ...world, rules: chosen }, { startDate: 'all', ...input }, sweep);

/** A shop whose seller has an account that is in order, with so much money in it. */
export async function givenSeller(
  world: World,
  { shopId = 2_000, funds = 0, currency = 'eur' }: { shopId?: number; funds?: number; currency?: string } = {},
) {
  const { id: accountId } = world.stripeSimulator.given.account();
  await world.db
    .insertInto('account_mapping')
    .values({ mirakl_shop_id: shopId, stripe_account_id: accountId, payout_enabled: true, payin_enabled: true })
    .execute();
  if (funds > 0) world.stripeSimulator.given.funds({ amount: funds, currency, account: accountId });
  return { shopId, accountId };
}

/** One job of a seller. */
export const settleOnce = (world: World, shopId = 2_000) =>
  settleSeller({ ...world, platformAccount: rememberPlatformAccount(world.stripe) }, { shopId });

/** Jobs of a seller until nothing is due; what they throw is left on record. */
export async function settle(world: World, shopId = 2_000): Promise<void> {
  for (let jobs = 0; jobs < 100; jobs += 1) {
    const outcome = await settleOnce(world, shopId).catch(() => 'thrown');
    if (outcome === 'nothing is due') return;
  }
  throw new Error('the seller is never settled');
}

/** Everything that invoices move, by invoice and type. */
export async function movements({ db }: World) {
  const transfers = await db
    .selectFrom('stripe_transfer')
    .select(['mirakl_id', 'type', 'status', 'status_reason', 'amount', 'currency', 'next_try_at'])
    .orderBy('id')
    .execute();
  const payouts = await db
    .selectFrom('stripe_payout')
    .select(['mirakl_invoice_id', 'status', 'status_reason', 'amount', 'currency', 'next_try_at', 'payout_id'])
    .orderBy('mirakl_invoice_id')
    .execute();
  return { transfers, payouts };
}

/** The states of one invoice, in short: `CREATED` or `ON_HOLD: reason`. */
export async function statesOf(world: World, invoiceId: number): Promise<Record<string, string>> {
  const { transfers, payouts } = await movements(world);
  const inShort = ({ status, status_reason }: { status: string; status_reason: string | null }) => {
    const state = status.replace(/^[A-Z]+?_/, '');
    return status_reason === null ? state : `${state}: ${status_reason}`;
  };
  return Object.fromEntries([
    ...transfers
      .filter(({ mirakl_id }) => mirakl_id === String(invoiceId))
      .map((row) => [row.type.replace('TRANSFER_', ''), inShort(row)] as const),
    ...payouts
      .filter(({ mirakl_invoice_id }) => mirakl_invoice_id === invoiceId)
      .map((row) => ['PAYOUT', inShort(row)] as const),
  ]);
}

/** The calls that moved money, oldest first. */
export const posts = ({ stripeSimulator }: World) =>
  stripeSimulator.requests().filter(({ method }) => method === 'POST');

/** How often Stripe was asked what. */
export function callsTo({ stripeSimulator }: World): Record<string, number> {
  const calls = stripeSimulator.requests().map(({ method, path }) => `${method} ${path}`);
  return Object.fromEntries([...Map.groupBy(calls, (call) => call)].map(([call, all]) => [call, all.length]));
}

/** Makes a transfer to this account out of a charge whose money has not settled yet. */
export async function givenPendingFunds({ stripeSimulator }: World, accountId: string, amount: number): Promise<void> {
  const { chargeId } = stripeSimulator.given.charge({ amount, currency: 'eur', funds: 'pending' });
  const body = { amount: String(amount), currency: 'eur', destination: accountId, source_transaction: chargeId };
  await postToStripe(stripeSimulator, '/v1/transfers', body);
}

/** A call to Stripe that the connector knows nothing of; on behalf of a connected account if one is named. */
export async function postToStripe(
  { url, apiKey }: World['stripeSimulator'],
  path: string,
  body: Record<string, string>,
  account?: string,
): Promise<void> {
  const headers = {
    authorization: `Bearer ${apiKey}`,
    ...(account === undefined ? {} : { 'stripe-account': account }),
  };
  const response = await fetch(`${url}${path}`, { method: 'POST', headers, body: new URLSearchParams(body) });
  if (!response.ok) throw new Error(await response.text());
}

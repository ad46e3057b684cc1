import type Stripe from 'stripe';
import { callStripe, type WithRequestId } from './call-stripe.ts';
import { type CreatedRange, createdParameter, listAll } from './list-all.ts';
import type { StripeClient } from './stripe-client.ts';
import { withoutToldValues } from './without-told-values.ts';

/** A seller's connected account, or the platform's own. */
export type Account = {
  readonly id: string;
  /** Only Express accounts have login links (docs.stripe.com/connect/accounts). */
  readonly type: 'express' | 'custom' | 'standard' | { readonly unknown: string };
  readonly chargesEnabled: boolean;
  readonly payoutsEnabled: boolean;
  readonly detailsSubmitted: boolean;
  /** Whether transfers can be made to it: the state of the capability `transfers`; undefined if it was never asked for. */
  readonly transfersCapability: 'active' | 'inactive' | 'pending' | { readonly unknown: string } | undefined;
  /** The state of every capability that was asked for, by name, in Stripe's words. */
  readonly capabilities: ReadonlyMap<string, string>;
  /** Why Stripe has disabled it, in Stripe's words. */
  readonly disabledReason: string | null;
  /** What Stripe needs to know now to keep it enabled. */
  readonly currentlyDue: readonly string[];
  /** What it was told and still checks. */
  readonly pendingVerification: readonly string[];
  /** The bank accounts and cards that it can be paid out to, by id, in the order of the ids. */
  readonly externalAccountIds: readonly string[];
  /** How often Stripe pays out by itself; `manual` leaves it to us. */
  readonly payoutInterval: string | undefined;
  /** ISO 3166 code of two capitals. */
  readonly country: string | undefined;
  /** ISO 4217 code in lower case. */
  readonly defaultCurrency: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
};

/** The body of `POST /v1/accounts` for an Express account, as it is stored with its key and sent. */
export type CreateAccountRequest = { readonly type: 'express' } & Readonly<
  Pick<
    Stripe.AccountCreateParams,
    'business_profile' | 'business_type' | 'capabilities' | 'country' | 'email' | 'metadata' | 'settings'
  >
>;

/**
 * The account made by this request, or by an earlier one with the same key (docs.stripe.com/api/accounts/create). Errors do not
 * repeat what the seller is described by.
 */
export async function createExpressAccount(
  stripe: StripeClient,
  input: { readonly request: CreateAccountRequest; readonly idempotencyKey: string },
): Promise<WithRequestId<Account>> {
  const { answer, requestId } = await callStripe(stripe, {
    endpoint: 'POST /v1/accounts',
    object: 'account',
    effect: 'creates',
    send: (sdk) => sdk.accounts.create(input.request, { idempotencyKey: input.idempotencyKey }),
  }).catch((error: unknown) => {
    const { business_profile: profile, email, metadata } = input.request;
    throw withoutToldValues(error, [profile, email, metadata]);
  });
  return { ...accountOf(answer), requestId };
}

/** A connected account as it is now. `stripe_refused` with `account_invalid` if the seller has disconnected it. */
export async function retrieveAccount(stripe: StripeClient, accountId: string): Promise<WithRequestId<Account>> {
  const { answer, requestId } = await callStripe(stripe, {
    endpoint: 'GET /v1/accounts/:id',
    object: 'account',
    effect: 'none',
    send: (sdk) => sdk.accounts.retrieve(accountId),
  });
  return { ...accountOf(answer), requestId };
}

/** The account that the API key belongs to. */
export async function retrievePlatformAccount(stripe: StripeClient): Promise<WithRequestId<Account>> {
  const { answer, requestId } = await callStripe(stripe, {
    endpoint: 'GET /v1/account',
    object: 'account',
    effect: 'none',
    send: (sdk) => sdk.accounts.retrieveCurrent(),
  });
  return { ...accountOf(answer), requestId };
}

/**
 * The newest connected account of that time that matches; undefined if there is none. For a creation whose outcome is
 * unknown and whose key Stripe may have forgotten. Reads up to all accounts of that time.
 */
export async function findAccount(
  stripe: StripeClient,
  input: CreatedRange & { readonly matches: (account: Account) => boolean },
): Promise<WithRequestId<Account> | undefined> {
  for await (const account of listAccounts(stripe, input)) if (input.matches(account)) return account;
  return undefined;
}

/** All connected accounts, the newest first, 100 a call; with a range those created in it (docs.stripe.com/api/accounts/list). */
export async function* listAccounts(
  stripe: StripeClient,
  range?: CreatedRange,
): AsyncGenerator<WithRequestId<Account>> {
  const created = range === undefined ? {} : { created: createdParameter(range) };
  const accounts = listAll(stripe, 'GET /v1/accounts', (sdk, page) => sdk.accounts.list({ ...page, ...created }));
  for await (const { item, requestId } of accounts) yield { ...accountOf(item), requestId };
}

function accountOf(account: Stripe.Account): Account {
  return {
    id: account.id,
    type: typeOf(account.type),
    chargesEnabled: account.charges_enabled,
    payoutsEnabled: account.payouts_enabled,
    detailsSubmitted: account.details_submitted,
    transfersCapability: capabilityOf(account.capabilities?.transfers),
    capabilities: new Map(Object.entries(account.capabilities ?? {})),
    disabledReason: account.requirements?.disabled_reason ?? null,
    currentlyDue: account.requirements?.currently_due ?? [],
    pendingVerification: account.requirements?.pending_verification ?? [],
    externalAccountIds: (account.external_accounts?.data ?? []).map(({ id }) => id).toSorted(),
    payoutInterval: account.settings?.payouts?.schedule.interval,
    country: account.country,
    defaultCurrency: account.default_currency,
    metadata: account.metadata ?? {},
  };
}

function typeOf(type: string | undefined): Account['type'] {
  switch (type) {
    case 'express':
    case 'custom':
    case 'standard':
      return type;
    default:
      return { unknown: type ?? 'none' };
  }
}

function capabilityOf(status: string | undefined): Account['transfersCapability'] {
  switch (status) {
    case undefined:
    case 'active':
    case 'inactive':
    case 'pending':
      return status;
    default:
      return { unknown: status };
  }
}

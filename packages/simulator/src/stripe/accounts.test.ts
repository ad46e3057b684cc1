import type Stripe from 'stripe';
import { expect } from 'vitest';
import { connect, test } from './simulator-test.ts';
import { startStripeSimulator } from './start-stripe-simulator.ts';

const prefill = {
  type: 'express',
  business_type: 'company',
  business_profile: {
    name: 'Maison Lumière',
    url: 'https://www.lumiere.example.com',
    support_email: 'aide@lumiere.example.com',
    support_phone: '+33 1 23 45 67 89',
  },
  settings: { payouts: { schedule: { interval: 'manual' }, debit_negative_balances: false } },
  metadata: { miraklShopId: '2000' },
} satisfies Stripe.AccountCreateParams;

test('a new account has everything to do and nothing enabled', async ({ simulator, stripe }) => {
  const account = await stripe.accounts.create(prefill);
  expect(account).toMatchObject({
    object: 'account',
    type: 'express',
    business_type: 'company',
    business_profile: prefill.business_profile,
    capabilities: { card_payments: 'inactive', transfers: 'inactive' },
    charges_enabled: false,
    details_submitted: false,
    metadata: { miraklShopId: '2000' },
    payouts_enabled: false,
    settings: { payouts: { schedule: { interval: 'manual' }, debit_negative_balances: false } },
  });
  expect(account.requirements?.currently_due).not.toEqual([]);
  expect(account.requirements?.disabled_reason).toBe('requirements.past_due');
  expect(simulator.accounts()).toMatchObject([{ id: account.id }]);
});

test('an onboarded account has the capabilities that were asked for, and only those', async ({ simulator, stripe }) => {
  const { id } = await stripe.accounts.create({ type: 'express', capabilities: { transfers: { requested: true } } });
  simulator.completeOnboarding(id);
  const account = await stripe.accounts.retrieve(id);
  expect(account).toMatchObject({ details_submitted: true, payouts_enabled: true, charges_enabled: false });
  expect(account.capabilities).toEqual({ transfers: 'active' });
  expect(account.requirements).toMatchObject({ currently_due: [], disabled_reason: null });
});

test('single fields of an account can be changed', async ({ simulator, stripe }) => {
  const { id } = simulator.given.account({ country: 'JP' });
  simulator.changeAccount(id, { payouts_enabled: false, requirements: { currently_due: ['external_account'] } });
  simulator.setCapability(id, 'transfers', 'inactive');
  expect(await stripe.accounts.retrieve(id)).toMatchObject({
    capabilities: { card_payments: 'active', transfers: 'inactive' },
    country: 'JP',
    details_submitted: true,
    payouts_enabled: false,
    requirements: { currently_due: ['external_account'], disabled_reason: null },
  });
});

test('an account that is paid out elsewhere shows its new bank account, and says so once', async ({
  simulator,
  stripe,
}) => {
  const { id } = simulator.given.account({ country: 'JP' });
  for (const bank of ['ba_1', 'ba_2', 'ba_2']) simulator.changeBankAccount(id, bank);
  expect((await stripe.accounts.retrieve(id)).external_accounts?.data).toMatchObject([
    { id: 'ba_2', object: 'bank_account', account: id, country: 'JP' },
  ]);
  expect(simulator.events().map(({ event }) => [event.type, event.account])).toEqual([
    ['account.updated', id],
    ['account.updated', id],
  ]);
});

test.for([
  [{ business_profile: 'red' }, 'business_profile', undefined],
  [{ business_profile: { support_phone: 'call me' } }, 'business_profile[support_phone]', 'parameter_invalid_string'],
  [{ business_profile: { support_email: 'nobody' } }, 'business_profile[support_email]', 'email_invalid'],
  [{ business_profile: { url: 'localhost' } }, 'business_profile[url]', 'url_invalid'],
  [{ business_profile: { url: 'not a url.com' } }, 'business_profile[url]', 'url_invalid'],
  [{ business_profile: { colour: 'red' } }, 'business_profile[colour]', 'parameter_unknown'],
  [{ business_type: 'club' }, 'business_type', undefined],
  [{ settings: { payouts: { schedule: { interval: 'never' } } } }, 'settings[payouts][schedule][interval]', undefined],
  [{ type: undefined }, 'type', 'parameter_missing'],
] as const)('an account with %j is refused, naming %s', async ([wrong, param, code], { simulator, stripe }) => {
  const params = { ...prefill, ...wrong } as unknown as Stripe.AccountCreateParams;
  await expect(stripe.accounts.create(params)).rejects.toMatchObject({ statusCode: 400, param, code });
  expect(simulator.accounts()).toEqual([]);
});

test('the platform finds its own account, and is refused one that is not connected', async ({ simulator, stripe }) => {
  expect(await stripe.accounts.retrieveCurrent()).toMatchObject({ id: simulator.platform.id });
  await expect(stripe.accounts.retrieve('acct_unknown')).rejects.toMatchObject({
    type: 'StripePermissionError',
    statusCode: 403,
    code: 'account_invalid',
  });
  await expect(stripe.accounts.retrieveCurrent({}, { stripeAccount: 'acct_unknown' })).rejects.toMatchObject({
    code: 'account_invalid',
  });
});

test('an account link opens once, within five minutes, and leads back', async ({ simulator, stripe, clock }) => {
  const { id } = await stripe.accounts.create({ type: 'express' });
  const params = {
    account: id,
    type: 'account_onboarding',
    refresh_url: 'http://localhost/refresh',
    return_url: 'http://localhost/return',
  } as const;
  const link = await stripe.accountLinks.create(params);
  expect(link.expires_at - link.created).toBe(300);
  expect(link.url).toContain(`${simulator.url}/simulated/onboarding/`);
  expect((await visit(link.url)).status).toBe(200);
  expect((await visit(link.url)).headers.get('location')).toBe(params.refresh_url);
  expect((await visit(link.url, 'POST')).headers.get('location')).toBe(params.return_url);
  expect(await stripe.accounts.retrieve(id)).toMatchObject({ details_submitted: true });

  const late = await stripe.accountLinks.create(params);
  clock.turn(300_000);
  expect((await visit(late.url)).headers.get('location')).toBe(params.refresh_url);
  expect(simulator.accountLinks()).toMatchObject([{ used: true }, { used: false, account: id }]);
});

test('a login link is only for Express accounts that have submitted their details', async ({ simulator, stripe }) => {
  const fresh = await stripe.accounts.create({ type: 'express' });
  const standard = simulator.given.account({ type: 'standard' });
  const refused = { type: 'StripeInvalidRequestError', statusCode: 400 };
  await expect(stripe.accounts.createLoginLink(fresh.id)).rejects.toMatchObject(refused);
  await expect(stripe.accounts.createLoginLink(standard.id)).rejects.toMatchObject(refused);
  simulator.completeOnboarding(fresh.id);
  expect(await stripe.accounts.createLoginLink(fresh.id)).toMatchObject({ object: 'login_link' });
});

test('a restricted key does what it may and nothing else', async () => {
  const simulator = await startStripeSimulator({
    apiKeys: [{ key: 'rk_test_narrow', refused: ['rak_transfer_write'] }],
  });
  const stripe = connect(simulator);
  expect(await stripe.accounts.retrieveCurrent()).toMatchObject({ id: simulator.platform.id });
  await expect(stripe.transfers.create({ amount: 1, currency: 'eur', destination: 'acct_any' })).rejects.toMatchObject({
    type: 'StripePermissionError',
    message: expect.stringContaining('rak_transfer_write'),
  });
  await simulator.close();
});

test('limits are enforced over all and per endpoint, and say which', async () => {
  const simulator = await startStripeSimulator({
    rateLimits: { perSecond: 8, endpointsPerSecond: { 'GET /v1/account': 3 } },
  });
  const stripe = connect(simulator);
  const reasons = async (call: () => Promise<unknown>, times: number) => {
    const errors = await Promise.all(
      Array.from({ length: times }, () =>
        call().then(
          () => undefined,
          (error) => error,
        ),
      ),
    );
    return new Set(errors.map((error) => error?.headers['stripe-rate-limited-reason']));
  };
  expect(await reasons(() => stripe.accounts.retrieveCurrent(), 5)).toEqual(new Set([undefined, 'endpoint-rate']));
  expect(await reasons(() => stripe.transfers.list(), 5)).toEqual(new Set([undefined, 'global-rate']));
  await simulator.close();
});

test('an unknown URL is refused like any other request, and the key comes first', async ({ simulator }) => {
  const { apiKey, url } = simulator;
  const unauthorized = await fetch(`${url}/v1/nothing`);
  expect(unauthorized.status).toBe(401);
  const unknown = await fetch(`${url}/v1/nothing`, {
    headers: { authorization: `Bearer ${apiKey}`, 'stripe-version': '2020-08-27' },
  });
  expect(unknown.status).toBe(404);
  expect(unknown.headers.get('request-id')).toMatch(/^req_/);
  expect(unknown.headers.get('stripe-version')).toBe('2020-08-27');
  expect(await unknown.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
});

function visit(url: string, method = 'GET'): Promise<Response> {
  return fetch(url, { method, redirect: 'manual' });
}

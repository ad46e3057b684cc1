import type Stripe from 'stripe';
import { expect } from 'vitest';
import { createAccountLink } from './account-links.ts';
import {
  type CreateAccountRequest,
  createExpressAccount,
  findAccount,
  retrieveAccount,
  retrievePlatformAccount,
} from './accounts.ts';
import { createLoginLink } from './login-links.ts';
import { test } from './stripe-test.ts';

const request: CreateAccountRequest = {
  type: 'express',
  settings: { payouts: { schedule: { interval: 'manual' }, debit_negative_balances: false } },
  metadata: { miraklShopId: '2000' },
};

test('an Express account is created once for a key, whoever repeats the call', async ({ simulator, stripe }) => {
  const input = { request, idempotencyKey: 'connector/account/2000/1' };
  const first = await createExpressAccount(stripe, input);
  const second = await createExpressAccount(stripe, input);
  expect(second.id).toBe(first.id);
  expect(first).toMatchObject({ chargesEnabled: false, payoutsEnabled: false, metadata: { miraklShopId: '2000' } });
  expect(first.requestId).toMatch(/^req_/);
  expect(simulator.accounts()).toMatchObject([
    { type: 'express', settings: { payouts: { schedule: { interval: 'manual' }, debit_negative_balances: false } } },
  ]);
});

test('a prefilled value that Stripe refuses is named', async ({ simulator, stripe }) => {
  const wrong = { ...request, business_profile: { name: 'Shop', support_email: 'nobody' } };
  await expect(createExpressAccount(stripe, { request: wrong, idempotencyKey: 'k' })).rejects.toMatchObject({
    kind: 'refused',
    stripeCode: 'email_invalid',
    param: 'business_profile[support_email]',
    httpStatus: 400,
  });
  expect(simulator.accounts()).toEqual([]);
});

test('an account says what it may do and what Stripe still wants', async ({ simulator, stripe }) => {
  const given = simulator.given.account({ country: 'DE', default_currency: 'eur' });
  expect(await retrieveAccount(stripe, given.id)).toMatchObject({
    id: given.id,
    chargesEnabled: true,
    payoutsEnabled: true,
    detailsSubmitted: true,
    transfersCapability: 'active',
    disabledReason: null,
    country: 'DE',
    defaultCurrency: 'eur',
  });
  simulator.setCapability(given.id, 'transfers', 'inactive');
  const data = [{ id: 'ba_2' }, { id: 'ba_1' }] as Stripe.ExternalAccount[];
  simulator.changeAccount(given.id, {
    payouts_enabled: false,
    external_accounts: { object: 'list', data, has_more: false, url: '/v1/accounts' },
  });
  const disabled = await retrieveAccount(stripe, given.id);
  expect(disabled).toMatchObject({
    ...{ payoutsEnabled: false, transfersCapability: 'inactive', externalAccountIds: ['ba_1', 'ba_2'] },
  });
});

test('an account that is not connected is refused, without a doubt about the key', async ({ stripe }) => {
  await expect(retrieveAccount(stripe, 'acct_gone')).rejects.toMatchObject({
    kind: 'refused',
    stripeCode: 'account_invalid',
    pausesQueue: false,
  });
});

test("the platform's own account is asked for without an id", async ({ simulator, stripe }) => {
  const platform = await retrievePlatformAccount(stripe);
  expect(platform).toMatchObject({ id: simulator.platform.id, chargesEnabled: true });
  expect(platform.country).toMatch(/^[A-Z]{2}$/);
  expect(platform.defaultCurrency).toMatch(/^[a-z]{3}$/);
});

test('an account is found again by its metadata', async ({ simulator, stripe }) => {
  const createdFrom = new Date(Date.now() - 60_000);
  const { id } = simulator.given.account({ metadata: { miraklShopId: '7' } });
  for (let shop = 100; shop < 220; shop += 1) simulator.given.account({ metadata: { miraklShopId: String(shop) } });
  const ofShop = (shopId: string) =>
    findAccount(stripe, { createdFrom, matches: ({ metadata }) => metadata.miraklShopId === shopId });
  expect(await ofShop('7')).toMatchObject({ id });
  expect(await ofShop('8')).toBeUndefined();
  const pages = simulator.requests().filter(({ path }) => path === '/v1/accounts');
  expect(pages.map(({ query }) => query)).toMatchObject(Array(4).fill({ limit: '100' }));
});

test('an account link leads to the onboarding and back to us', async ({ simulator, stripe }) => {
  const { id } = simulator.given.account();
  const refreshUrl = 'https://connector.example/refresh?token=x';
  const link = await createAccountLink(stripe, { accountId: id, refreshUrl, returnUrl: 'https://mirakl.example/' });
  expect(link.url).toMatch(/^http/);
  expect(link.expiresAt.getTime()).toBeGreaterThan(Date.now());
  expect(simulator.requests().at(-1)?.body).toEqual({
    account: id,
    refresh_url: refreshUrl,
    return_url: 'https://mirakl.example/',
    type: 'account_onboarding',
  });
});

test('a login link is refused until the seller has submitted his details', async ({ simulator, stripe }) => {
  const { id } = await createExpressAccount(stripe, { request, idempotencyKey: 'k' });
  await expect(createLoginLink(stripe, { accountId: id })).rejects.toMatchObject({ kind: 'refused' });
  simulator.completeOnboarding(id);
  expect((await createLoginLink(stripe, { accountId: id })).url).toMatch(/^http/);
});

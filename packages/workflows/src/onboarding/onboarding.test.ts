import { test, type World } from '@connector/testing';
import { describe, expect } from 'vitest';
import { readCheckpoint } from '../checkpoint.ts';
import { ringWaitingWork } from '../recovery/ring-waiting-work.ts';
import { findShops } from './find-shops.ts';
import { onboardSeller } from './onboard-seller.ts';
import { takeShopsWithoutJob } from './shops-table.ts';
import { writeLinks } from './write-links.ts';

const fields = { link: 'stripe-url', ignored: 'stripe-ignored' };
const links = {
  linkKind: 'direct',
  refreshUrl: 'https://connector.example.com/api/public/onboarding/refresh',
  returnUrl: 'https://mirakl.example.com/mmp/shop/account/shop',
} as const;
const accountMetadata = {
  vat: 'pro_details.VAT_number',
  segment: 'segment',
  name: 'shop_name',
  miraklShopId: 'shop_name',
};
const sweep = { renew: () => Promise.resolve() };

const find = (world: World) => findShops({ ...world, fields }, {}, sweep);
const onboard = (world: World, shopId: number, prefill = false) =>
  onboardSeller({ ...world, fields, prefill, accountMetadata }, { shopId });
const write = (world: World) => writeLinks({ ...world, ...links, fields }, {});

/** Does what the jobs do, for all shops that a sweep has found. */
async function runOnboarding(world: World, prefill = false) {
  await find(world);
  const due = await world.db
    .selectFrom('shop_onboarding')
    .select('mirakl_shop_id')
    .where('status', 'in', ['due', 'failed'])
    .execute();
  for (const { mirakl_shop_id } of due) await onboard(world, mirakl_shop_id, prefill).catch(() => undefined);
  await write(world);
}

const records = ({ db }: World) =>
  db
    .selectFrom('shop_onboarding')
    .select(['mirakl_shop_id', 'status', 'status_reason'])
    .orderBy('mirakl_shop_id')
    .execute();
const mappings = ({ db }: World) => db.selectFrom('account_mapping').selectAll().orderBy('mirakl_shop_id').execute();
const linkOf = ({ miraklSimulator }: World, shopId: number) =>
  miraklSimulator.shops().find((shop) => shop.id === shopId)?.additionalFields['stripe-url'];
const writes = ({ miraklSimulator }: World) => miraklSimulator.requests().filter(({ method }) => method === 'PUT');

test('a new shop gets an Express account with manual payouts, a mapping and its link', async ({ world }) => {
  const shop = world.miraklSimulator.given.shop();
  await runOnboarding(world);
  const [account] = world.stripeSimulator.accounts();
  expect(account).toMatchObject({
    type: 'express',
    settings: { payouts: { schedule: { interval: 'manual' }, debit_negative_balances: false } },
    metadata: { miraklShopId: String(shop.id), pluginName: 'stripe-mirakl-connector', pluginVersion: world.version },
  });
  expect(await mappings(world)).toMatchObject([
    { mirakl_shop_id: shop.id, stripe_account_id: account?.id, payout_enabled: false, ignored: false },
  ]);
  const [link] = world.stripeSimulator.accountLinks();
  expect(linkOf(world, shop.id)).toBe(link?.url);
  expect(await records(world)).toEqual([{ mirakl_shop_id: shop.id, status: 'done', status_reason: null }]);
  const [mapping] = await mappings(world);
  expect(mapping?.onboarding_token).toMatch(/^[0-9a-f]{32}$/);
});

test('the account says of the shop what the operator wants to see there, and never in place of our own words', async ({
  world,
}) => {
  const shop = world.miraklSimulator.given.shop({
    name: 'Shop of many words'.padEnd(600, '!'),
    additionalFields: { 'stripe-ignored': 'false' },
    raw: { pro_details: { VAT_number: 'FR123', corporate_name: null } },
  });
  await runOnboarding(world);
  expect(world.stripeSimulator.accounts()[0]?.metadata).toEqual({
    vat: 'FR123',
    name: 'Shop of many words'.padEnd(500, '!'),
    miraklShopId: String(shop.id),
    pluginName: 'stripe-mirakl-connector',
    pluginVersion: world.version,
  });
});

test('our own writes come back in the next sweep and cause no work', async ({ world }) => {
  world.miraklSimulator.given.shop();
  await runOnboarding(world);
  const before = world.stripeSimulator.requests().length;
  world.clock.advance(60_000);
  expect(await find(world)).toBe('1 shops read, 0 to be onboarded');
  expect(world.stripeSimulator.requests().length).toBe(before);
  expect(await records(world)).toMatchObject([{ status: 'done' }]);
});

test('shops of both domains are found over all pages, and the checkpoint is the newest change', async ({ world }) => {
  for (let i = 0; i < 130; i += 1) world.miraklSimulator.given.shop({ domains: [i % 2 === 0 ? 'PRODUCT' : 'SERVICE'] });
  expect(await find(world)).toBe('130 shops read, 130 to be onboarded');
  expect(await readCheckpoint(world.db, 'seller_onboarding_checkpoint')).toBe('2026-11-02T09:00:00Z');
  expect(await world.queues.byName.onboarding.getWaitingCount()).toBe(130);
});

test('links of many shops are written in few calls', async ({ world }) => {
  for (let i = 0; i < 30; i += 1) world.miraklSimulator.given.shop();
  await runOnboarding(world);
  await write(world);
  expect(writes(world)).toHaveLength(2);
  expect(world.miraklSimulator.shops().every((shop) => shop.additionalFields['stripe-url'])).toBe(true);
});

describe('the link of a shop', () => {
  test('stays if there is one', async ({ world }) => {
    const shop = world.miraklSimulator.given.shop({ additionalFields: { 'stripe-url': 'https://kept.example.com' } });
    await runOnboarding(world);
    expect(linkOf(world, shop.id)).toBe('https://kept.example.com');
    expect(writes(world)).toEqual([]);
    expect(await mappings(world)).toHaveLength(1);
  });

  test('of the older scheme is replaced', async ({ world }) => {
    const shop = world.miraklSimulator.given.shop({
      additionalFields: { 'stripe-url': 'https://connect.stripe.com/express/oauth/authorize?x=1' },
    });
    await runOnboarding(world);
    expect(linkOf(world, shop.id)).toBe(world.stripeSimulator.accountLinks()[0]?.url);
  });
});

describe('L10: a shop that fails', () => {
  test('is not forgotten when the checkpoint moves on, and is tried again', async ({ world }) => {
    const shop = world.miraklSimulator.given.shop();
    const refusal = { error: { type: 'invalid_request_error', message: 'You cannot create accounts yet' } };
    world.stripeSimulator.faults.add({
      method: 'POST',
      path: '/v1/accounts',
      kind: 'answer',
      status: 400,
      body: refusal,
    });
    await runOnboarding(world);
    expect(await records(world)).toEqual([
      { mirakl_shop_id: shop.id, status: 'failed', status_reason: 'You cannot create accounts yet' },
    ]);
    world.clock.advance(5 * 60_000);
    expect(await find(world)).toBe('1 shops read, 1 to be onboarded');
    world.clock.advance(60_000);
    expect(await takeShopsWithoutJob(world.db, world.now(), 10)).toMatchObject([{ shopId: shop.id }]);
    await onboard(world, shop.id);
    await write(world);
    expect(linkOf(world, shop.id)).toBeDefined();
  });

  test('blocks no other shop, be it on Stripe or on Mirakl', async ({ world }) => {
    const [onStripe, onMirakl, good] = [1, 2, 3].map(() => world.miraklSimulator.given.shop());
    const refusal = { error: { type: 'invalid_request_error', message: 'no' } };
    world.stripeSimulator.faults.add({
      method: 'POST',
      path: '/v1/accounts',
      kind: 'answer',
      status: 400,
      body: refusal,
      when: ({ body }) => JSON.stringify(body).includes(`"${onStripe?.id}"`),
    });
    world.miraklSimulator.refuseShopUpdates(onMirakl?.id ?? 0, 'shop is suspended');
    await runOnboarding(world);
    expect(await records(world)).toMatchObject([
      { status: 'failed', status_reason: 'no' },
      { status: 'failed', status_reason: 'shop_additional_fields: shop is suspended' },
      { status: 'done' },
    ]);
    expect(linkOf(world, good?.id ?? 0)).toBeDefined();
  });

  test('when Mirakl refuses a whole call, the shops of it are written one by one', async ({ world }) => {
    for (let i = 0; i < 3; i += 1) world.miraklSimulator.given.shop();
    world.miraklSimulator.faults.add({
      method: 'PUT',
      kind: 'answer',
      status: 400,
      body: { status: 400, message: 'invalid body' },
    });
    await runOnboarding(world);
    expect(writes(world)).toHaveLength(4);
    expect((await records(world)).map((record) => record.status)).toEqual(['done', 'done', 'done']);
  });
});

describe('prefilled values', () => {
  const person = {
    name: 'Ada’s Tea',
    email: 'ada@example.com',
    phone: '+33142278186',
    webSite: 'https://tea.example.com',
    professional: false,
  };

  test('are handed to Stripe, and not kept afterwards', async ({ world }) => {
    world.miraklSimulator.given.shop(person);
    await runOnboarding(world, true);
    expect(world.stripeSimulator.accounts()).toMatchObject([
      {
        business_type: 'individual',
        business_profile: {
          name: 'Ada’s Tea',
          support_email: 'ada@example.com',
          support_phone: '+33142278186',
          url: 'https://tea.example.com',
        },
      },
    ]);
    const { account_request } = await world.db
      .selectFrom('shop_onboarding')
      .select('account_request')
      .executeTakeFirstOrThrow();
    expect(account_request).toBeNull();
  });

  test('L10: a malformed phone is left out and stops nobody', async ({ world }) => {
    const shop = world.miraklSimulator.given.shop({ ...person, phone: 'call me' });
    await runOnboarding(world, true);
    const [account] = world.stripeSimulator.accounts();
    expect(account?.business_profile).toMatchObject({ name: 'Ada’s Tea', support_email: 'ada@example.com' });
    expect(account?.business_profile?.support_phone ?? null).toBeNull();
    expect(linkOf(world, shop.id)).toBeDefined();
  });

  test('several malformed values are left out one after the other', async ({ world }) => {
    world.miraklSimulator.given.shop({ ...person, phone: 'x', webSite: 'no site', email: 'nobody' });
    await runOnboarding(world, true);
    expect(world.stripeSimulator.accounts()).toMatchObject([{ business_profile: { name: 'Ada’s Tea' } }]);
  });
});

describe('a shop that the operator excludes', () => {
  test('L10: gets no account', async ({ world }) => {
    const shop = world.miraklSimulator.given.shop({ additionalFields: { 'stripe-ignored': 'true' } });
    await runOnboarding(world);
    expect(world.stripeSimulator.accounts()).toEqual([]);
    expect(await records(world)).toMatchObject([{ mirakl_shop_id: shop.id, status: 'ignored' }]);
  });

  test('is followed in both directions, and never mixed up with a block by KYC', async ({ world }) => {
    const shop = world.miraklSimulator.given.shop();
    await runOnboarding(world);
    await world.db.updateTable('account_mapping').set({ kyc_blocked_at: world.now() }).execute();
    for (const [value, ignored] of [
      ['true', true],
      ['false', false],
    ] as const) {
      world.clock.advance(60_000);
      world.miraklSimulator.setAdditionalField(shop.id, 'stripe-ignored', value);
      await find(world);
      expect(await mappings(world)).toMatchObject([{ ignored, kyc_blocked_at: expect.any(Date) }]);
    }
    expect(await world.queues.byName['payment-split'].getWaiting()).toMatchObject([
      { name: 'payment-split.release-shop', data: { shopId: shop.id } },
    ]);
  });

  test('and admits later is onboarded then', async ({ world }) => {
    const shop = world.miraklSimulator.given.shop({ additionalFields: { 'stripe-ignored': 'true' } });
    await runOnboarding(world);
    world.clock.advance(60_000);
    world.miraklSimulator.setAdditionalField(shop.id, 'stripe-ignored', 'false');
    await runOnboarding(world);
    expect(world.stripeSimulator.accounts()).toHaveLength(1);
    expect(linkOf(world, shop.id)).toBeDefined();
  });
});

describe('one account a shop, whatever breaks', () => {
  test('the answer of Stripe gets lost', async ({ world }) => {
    const { id } = world.miraklSimulator.given.shop();
    await find(world);
    world.stripeSimulator.faults.add({ method: 'POST', path: '/v1/accounts', kind: 'cut-after-effect', times: 2 });
    await expect(onboard(world, id)).rejects.toMatchObject({ retryable: true });
    expect(await onboard(world, id)).toBe('link to be written');
    expect(world.stripeSimulator.accounts()).toHaveLength(1);
  });

  test('two jobs for the same shop run at the same time', async ({ world }) => {
    const { id } = world.miraklSimulator.given.shop();
    await find(world);
    await Promise.allSettled([onboard(world, id), onboard(world, id), onboard(world, id)]);
    await onboard(world, id);
    expect(world.stripeSimulator.accounts()).toHaveLength(1);
    expect(await mappings(world)).toHaveLength(1);
  });

  test('a day later, when Stripe has forgotten the key, the account is looked for first', async ({ world }) => {
    const { id } = world.miraklSimulator.given.shop();
    await find(world);
    world.stripeSimulator.faults.add({ method: 'POST', path: '/v1/accounts', kind: 'cut-after-effect', times: 2 });
    await expect(onboard(world, id)).rejects.toThrow();
    world.clock.advance(25 * 3_600_000);
    await onboard(world, id);
    expect(world.stripeSimulator.accounts()).toHaveLength(1);
    expect(await mappings(world)).toMatchObject([{ stripe_account_id: world.stripeSimulator.accounts()[0]?.id }]);
  });

  test('the work of a shop whose job was lost is rung again', async ({ world }) => {
    world.miraklSimulator.given.shop();
    await find(world);
    await world.queues.byName.onboarding.drain();
    world.clock.advance(3 * 60_000);
    expect(await ringWaitingWork({ ...world, notifies: false })).toContain(' 1 shops');
    expect(await world.queues.byName.onboarding.getWaiting()).toMatchObject([{ name: 'onboarding.onboard-seller' }]);
  });
});

test('a mapping that appears makes the held transfers of the shop due at once', async ({ world }) => {
  const { id } = world.miraklSimulator.given.shop();
  await runOnboarding(world);
  expect(await world.queues.byName['payment-split'].getWaiting()).toMatchObject([
    { name: 'payment-split.release-shop', data: { shopId: id } },
  ]);
});

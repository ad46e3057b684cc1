import { createLogger } from '@connector/observability';
import { test, type World } from '@connector/testing';
import { expect } from 'vitest';
import { refreshLink } from './refresh-link.ts';

const token = '0123456789abcdef0123456789abcdef';
const refresh = (world: World, change: object = {}) =>
  refreshLink(
    {
      ...world,
      linkKind: 'direct',
      refreshUrl: 'https://connector.example.com/api/public/onboarding/refresh',
      returnUrl: 'https://mirakl.example.com/mmp/shop/account/shop',
      fields: { link: 'stripe-url', ignored: 'stripe-ignored' },
      ...change,
    },
    { token },
  );

async function givenSeller(world: World, account: Parameters<World['stripeSimulator']['given']['account']>[0]) {
  const shop = world.miraklSimulator.given.shop();
  const { id } = world.stripeSimulator.given.account(account);
  const mapping = { mirakl_shop_id: shop.id, stripe_account_id: id, onboarding_token: token };
  await world.db.insertInto('account_mapping').values(mapping).execute();
  return () => world.miraklSimulator.shops().find(({ id }) => id === shop.id)?.additionalFields['stripe-url'];
}

test('a seller who has not submitted his details gets a fresh onboarding link, also in his field on Mirakl', async ({
  world,
}) => {
  const field = await givenSeller(world, { details_submitted: false });
  const url = await refresh(world);
  const [link] = world.stripeSimulator.accountLinks();
  expect(url).toBe(link?.url);
  expect(link?.refresh_url).toBe(`https://connector.example.com/api/public/onboarding/refresh?token=${token}`);
  expect(field()).toBe(url);
});

test('one who has gets a login link', async ({ world }) => {
  const field = await givenSeller(world, {});
  const url = await refresh(world);
  expect(url).toContain('/simulated/express/');
  expect(field()).toBe(url);
});

test('a Custom account, which has no dashboard, gets its form', async ({ world }) => {
  await givenSeller(world, { type: 'custom' });
  expect(await refresh(world)).toBe(world.stripeSimulator.accountLinks()[0]?.url);
});

test('nobody has a token that is not there', async ({ world }) => {
  expect(await refresh(world)).toBeUndefined();
  expect(world.stripeSimulator.requests()).toEqual([]);
});

test('a Mirakl that refuses does not keep the seller waiting', async ({ world }) => {
  await givenSeller(world, {});
  world.miraklSimulator.faults.add({ method: 'PUT', kind: 'answer', status: 400, body: { message: 'no' } });
  expect(await refresh(world)).toContain('/simulated/express/');
});

test('L29: a stable link makes a fresh one at each click, and the field keeps the stable one', async ({ world }) => {
  const field = await givenSeller(world, {});
  const first = await refresh(world, { linkKind: 'stable' });
  const second = await refresh(world, { linkKind: 'stable' });
  expect(first).not.toBe(second);
  expect(field()).toBeUndefined();
});

test('L29: neither token nor link get into the log', async ({ world }) => {
  const lines: string[] = [];
  const log = createLogger({
    app: 'test',
    level: 'trace',
    format: 'json',
    destination: { write: (line) => void lines.push(line) },
  });
  await givenSeller(world, {});
  world.miraklSimulator.faults.add({ method: 'PUT', kind: 'answer', status: 400, body: { message: 'no' } });
  const url = (await refresh(world, { log })) ?? '';
  expect(lines.join('')).toContain('fresh link not written');
  expect(lines.join('')).not.toContain(token);
  expect(lines.join('')).not.toContain(url);
});

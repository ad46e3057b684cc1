import { createLogger } from '@connector/observability';
import { test, type World } from '@connector/testing';
import { expect } from 'vitest';
import { serveApi } from '../api-test.ts';

const token = '0123456789abcdef0123456789abcdef';
const path = '/api/public/onboarding/refresh';

async function givenSeller(world: World, account: Parameters<World['stripeSimulator']['given']['account']>[0] = {}) {
  const shop = world.miraklSimulator.given.shop();
  const { id } = world.stripeSimulator.given.account(account);
  const mapping = { mirakl_shop_id: shop.id, stripe_account_id: id, onboarding_token: token };
  await world.db.insertInto('account_mapping').values(mapping).execute();
}

test('a seller whose link has expired is sent on to a fresh one', async ({ world }) => {
  await givenSeller(world, { details_submitted: false });
  const { request } = await serveApi(world);
  const answer = await request(`${path}?token=${token}`);
  expect(answer.status).toBe(302);
  expect(answer.headers.get('location')).toBe(world.stripeSimulator.accountLinks()[0]?.url);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
});

test.for([`?token=${'f'.repeat(32)}`, '?token=', '', '?token=a&token=b'])(
  'nobody gets in with %s',
  async (query, { world }) => {
    await givenSeller(world);
    const { fetchAnswer } = await serveApi(world);
    expect(await fetchAnswer(`${path}${query}`)).toMatchObject({ status: 400, text: 'Incorrect token' });
    expect(world.stripeSimulator.requests()).toEqual([]);
  },
);

test('a Stripe that is away is said so', async ({ world }) => {
  await givenSeller(world);
  world.stripeSimulator.faults.add({ kind: 'answer', status: 500, body: {}, times: 5 });
  const { request } = await serveApi(world);
  expect((await request(`${path}?token=${token}`)).status).toBe(503);
});

test('L29: neither token nor link are logged', async ({ world }) => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLogger({ app: 'api', level: 'trace', format: 'json', destination });
  await givenSeller(world);
  const { request } = await serveApi(world, { log });
  const location = (await request(`${path}?token=${token}`)).headers.get('location') ?? '';
  expect(lines.join('')).toContain('request answered');
  expect(lines.join('')).not.toContain(token);
  expect(lines.join('')).not.toContain(location);
});

import { createMiraklClient, turnsInLedger } from '@connector/mirakl';
import { fillCleanLedger, test, type World } from '@connector/testing';
import { describe, expect } from 'vitest';
import { ringWaitingWork } from '../recovery/ring-waiting-work.ts';
import { compare, dayMs, differences, givenCleanMarketplace, hourMs } from './reconciliation-test.ts';

const small = { orders: 3, refunds: 1, invoices: 1 };

/** The lists that were asked for since, by path; of the platform and of sellers apart. */
function lists({ stripeSimulator, miraklSimulator }: World) {
  const counts: Record<string, number> = {};
  for (const { path, stripeAccount } of stripeSimulator.requests()) {
    const key = stripeAccount === undefined ? path : `seller ${path}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  for (const { path } of miraklSimulator.requests()) counts[path] = (counts[path] ?? 0) + 1;
  return counts;
}

/** What `after` has more than `before`. */
function more(before: Record<string, number>, after: Record<string, number>): Record<string, number> {
  const grown = Object.entries(after).map(([path, count]) => [path, count - (before[path] ?? 0)] as const);
  return Object.fromEntries(grown.filter(([, count]) => count > 0));
}

const runs = ({ db }: World) => db.selectFrom('reconciliation_run').selectAll().orderBy('id').execute();

test('where everything is in order nothing is found, however often it is compared', async ({ world }) => {
  await givenCleanMarketplace(world, small);
  expect(await compare(world)).toMatch(/^\d+ things compared, differences open: 0$/);
  await compare(world);
  expect(await differences(world)).toEqual([]);
  expect(await runs(world)).toMatchObject([{ finished_at: world.now() }, { finished_at: world.now() }]);
  expect(await world.db.selectFrom('reconciliation_unit').selectAll().execute()).toEqual([]);
});

test('20,000 operations in order: no difference, a call for a hundred, and none for a single one', async ({
  world,
}) => {
  const { clock } = world;
  await fillCleanLedger({ ...world, advance: clock.advance }, 20_000);
  expect(await compare(world)).toBe('32001 things compared, differences open: 0');
  expect(await differences(world)).toEqual([]);
  // Two days, and what is left of a third and a fourth; 20 sellers; 12,001 orders.
  expect(lists(world)).toEqual({
    '/v1/transfers': expect.toSatisfy((calls: number) => calls >= 120 && calls <= 124),
    '/v1/refunds': expect.toSatisfy((calls: number) => calls >= 30 && calls <= 34),
    'seller /v1/payouts': 20,
    'seller /v1/transfers': 20,
    '/api/orders': 121,
    '/api/mms/orders': 1,
  });
}, 120_000);

describe('a run that was cut off goes on where it was', () => {
  test('at the list of Stripe that failed', async ({ world }) => {
    await givenCleanMarketplace(world, small);
    const error = { error: { type: 'api_error', message: 'Stripe is ill' } };
    world.stripeSimulator.faults.add({ kind: 'answer', status: 500, body: error, path: '/v1/refunds' });
    await expect(compare(world)).rejects.toThrow('Stripe is ill');
    const before = lists(world);
    expect(await compare(world)).toMatch(/open: 0$/);
    const after = more(before, lists(world));
    expect(after).not.toHaveProperty('/v1/transfers');
    expect(after).toMatchObject({ '/v1/refunds': 3, 'seller /v1/payouts': 1, 'seller /v1/transfers': 1 });
    expect(await runs(world)).toHaveLength(1);
  });

  test('at the page of Mirakl’s list of goods that failed, whatever stands before it', async ({ world }) => {
    const { miraklSimulator } = world;
    await fillCleanLedger({ ...world, advance: world.clock.advance }, 400);
    miraklSimulator.faults.add({
      ...{ kind: 'answer', status: 400, body: { message: 'no' } },
      when: ({ query }) => (query as Record<string, string>).offset === '200',
    });
    await expect(compare(world)).rejects.toThrow('no');
    const listings = () => miraklSimulator.requests().filter(({ path }) => path === '/api/orders');
    const begun = listings().length;
    expect(await compare(world)).toMatch(/open: 0$/);
    const lastRead = miraklSimulator.productOrders()[199]?.createdAt.toISOString().slice(0, 19);
    expect(listings().slice(begun)).toMatchObject([{ query: { start_date: `${lastRead}Z` } }]);
  });

  test('and a difference that was found before is not lost', async ({ world }) => {
    const { accountId: destination } = await givenCleanMarketplace(world, small);
    world.stripeSimulator.given.transfer({ amount: 42, currency: 'eur', destination });
    world.clock.advance(hourMs);
    world.miraklSimulator.faults.add({ kind: 'answer', status: 400, body: { message: 'no' }, path: '/api/orders' });
    await expect(compare(world)).rejects.toThrow('no');
    expect(await differences(world)).toMatchObject([{ kind: 'made-by-hand' }]);
    await compare(world);
    expect(await differences(world)).toMatchObject([{ kind: 'made-by-hand' }]);
  });

  test('and if that was long ago, another one follows that is up to date', async ({ world }) => {
    const { accountId: destination } = await givenCleanMarketplace(world, small);
    world.miraklSimulator.faults.add({ kind: 'answer', status: 400, body: { message: 'no' }, path: '/api/orders' });
    await expect(compare(world)).rejects.toThrow('no');
    world.clock.advance(2 * dayMs);
    world.stripeSimulator.given.transfer({ amount: 42, currency: 'eur', destination });
    world.clock.advance(hourMs / 2);
    await compare(world);
    expect(await differences(world)).toMatchObject([{ kind: 'made-by-hand' }]);
    const [first, second] = await runs(world);
    expect(first?.compared_to).toEqual(new Date(world.now().getTime() - 2 * dayMs - hourMs / 2 - 300_000));
    expect(second?.compared_to).toEqual(new Date(world.now().getTime() - 300_000));
  });
});

test('a run that nobody carries on, because Redis was emptied, is rung for once an hour', async ({ world }) => {
  const { miraklSimulator, clock, queues } = world;
  await givenCleanMarketplace(world, small);
  miraklSimulator.faults.add({ kind: 'answer', status: 400, body: { message: 'no' }, path: '/api/orders' });
  await expect(compare(world)).rejects.toThrow('no');
  const rung = async () => {
    await ringWaitingWork({ ...world, notifies: false });
    const jobs = await queues.byName.sweeps.getWaiting();
    for (const job of jobs) await job.remove();
    return jobs.filter(({ name }) => name === 'reconciliation.compare').length;
  };
  clock.advance(hourMs / 2);
  expect(await rung()).toBe(0);
  clock.advance(hourMs);
  expect(await rung()).toBe(1);
  expect(await rung()).toBe(0);
  await compare(world);
  clock.advance(2 * hourMs);
  expect(await rung()).toBe(0);
});

describe('the time that is compared', () => {
  const from = async (world: World) => (await runs(world)).map(({ compared_from }) => compared_from.toISOString());

  test('goes back so many days before the end of the last run, to midnight', async ({ world }) => {
    await compare(world);
    world.clock.advance(10 * dayMs);
    await compare(world);
    expect(await from(world)).toEqual(['2026-10-31T00:00:00.000Z', '2026-10-31T00:00:00.000Z']);
    await compare(world);
    expect((await from(world)).at(-1)).toBe('2026-11-10T00:00:00.000Z');
  });

  test('does not begin before the connector does', async ({ world }) => {
    const rules = { days: 30, startDate: '2026-11-01T12:00:00.000Z', kinds: [] };
    await compare(world, { rules });
    expect(await from(world)).toEqual(['2026-11-01T00:00:00.000Z']);
  });
});

test('Mirakl is asked again only when its contract allows it, and the run goes on then', async ({ world }) => {
  await givenCleanMarketplace(world, small);
  const { miraklSimulator, now, log, db, clock } = world;
  miraklSimulator.removeProductOrder('O-3-A');
  const mirakl = createMiraklClient({
    ...{ baseUrl: miraklSimulator.url, auth: { scheme: 'key', apiKey: miraklSimulator.apiKey }, clock: now, log },
    ...{ requestsPerSecond: 1_000, takeTurn: turnsInLedger(db, now) },
  });
  await expect(compare(world, { mirakl })).rejects.toMatchObject({ code: 'mirakl_too_soon', retryAfterMs: 60_000 });
  clock.advance(60_000);
  const before = lists(world);
  await compare(world, { mirakl });
  expect(await differences(world)).toMatchObject([{ kind: 'missing-on-mirakl', miraklId: 'O-3-A' }]);
  expect(more(before, lists(world))).toEqual({ '/api/orders': 1 });
});

test('an account that was disconnected is left out, and what was found there stays open', async ({ world }) => {
  const { accountId: account } = await givenCleanMarketplace(world, small);
  world.stripeSimulator.given.payout({ account, amount: 10, currency: 'eur' });
  world.clock.advance(hourMs);
  await compare(world);
  expect(await differences(world)).toMatchObject([{ kind: 'made-by-hand', movement: 'payout' }]);
  const message = `The provided key does not have access to account '${account}'`;
  const body = { error: { type: 'invalid_request_error', code: 'account_invalid', message } };
  world.stripeSimulator.faults.add({ kind: 'answer', status: 403, body, path: '/v1/payouts', times: 1 });
  expect(await compare(world)).toMatch(/open: 1$/);
});

test('a key that may not read fails the run, and does not make other sweeps wait', async ({ world }) => {
  const body = { error: { type: 'invalid_request_error', message: 'The key lacks the permission rak_charge_read' } };
  world.stripeSimulator.faults.add({ kind: 'answer', status: 403, body, path: '/v1/refunds' });
  await expect(compare(world)).rejects.toMatchObject({
    ...{ code: 'reconciliation_not_allowed', retryable: false, pausesQueue: false },
    message: 'GET /v1/refunds: The key lacks the permission rak_charge_read',
  });
});

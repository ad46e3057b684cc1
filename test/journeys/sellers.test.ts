import { expect, test, vi } from 'vitest';
import { startApps } from './start-apps.ts';
import { createSystem, givenPaidOrders, type System } from './system.ts';

const patient = { timeout: 60_000, interval: 100 };
const shopOf = ({ mirakl }: System, id: number) => mirakl.shops().find((shop) => shop.id === id);

async function reasons({ db }: System) {
  const rows = await db.selectFrom('stripe_transfer').select(['status', 'status_reason']).execute();
  return rows.map(({ status, status_reason }) => status_reason ?? status);
}

test('a seller is onboarded, examined, held up and paid, and Mirakl and the operator hear of it, though Redis is emptied on the way', async () => {
  const system = await createSystem();
  const { mirakl, stripe } = system;
  const { operator } = await startApps(system);
  const shop = mirakl.given.shop();
  await vi.waitFor(
    () => expect(shopOf(system, shop.id)?.additionalFields['stripe-url']).toMatch(/onboarding/),
    patient,
  );
  givenPaidOrders(system, shop.id, 3);
  const held = `Payouts are disabled shop ID ${shop.id}`;
  await vi.waitFor(async () => expect(await reasons(system)).toEqual([held, held, held]), patient);

  const account = stripe.accounts()[0]?.id ?? '';
  stripe.setKyc(account, 'under-review');
  await vi.waitFor(() => expect(shopOf(system, shop.id)?.kyc.status).toBe('PENDING_APPROVAL'), patient);
  expect(shopOf(system, shop.id)?.additionalFields['stripe-url']).toMatch(/express/);
  const [review] = stripe.events().filter(({ event }) => event.type === 'account.updated');
  await system.redis.flushall();

  stripe.setKyc(account, 'approved');
  await vi.waitFor(() => expect(shopOf(system, shop.id)?.kyc.status).toBe('APPROVED'), patient);
  const created = 'TRANSFER_CREATED';
  await vi.waitFor(async () => expect(await reasons(system)).toEqual([created, created, created]), patient);
  expect(stripe.transfers()).toHaveLength(3);
  await vi.waitFor(() => expect(operator.received()).toHaveLength(2), patient);

  // Stripe sends the old event once more: nothing is undone, nobody is told again.
  const before = mirakl.requests().filter(({ method }) => method === 'PUT').length;
  const [again] = await stripe.resend(review?.event.id ?? '');
  expect(again).toMatchObject({ status: 200, answer: 'Event was received before' });
  const mapping = await system.db.selectFrom('account_mapping').selectAll().executeTakeFirstOrThrow();
  expect(mapping).toMatchObject({ payout_enabled: true, kyc_status: 'APPROVED', kyc_blocked_at: null });
  expect(operator.received().map(({ json }) => json)).toEqual([
    { type: 'account.updated', payload: { miraklShopId: shop.id, stripeUserId: account } },
    { type: 'account.updated', payload: { miraklShopId: shop.id, stripeUserId: account } },
  ]);
  expect(mirakl.requests().filter(({ method }) => method === 'PUT')).toHaveLength(before);
}, 120_000);

test('L28: an account that was onboarded elsewhere and is mapped by hand gets its link and its KYC status, and what it is owed', async () => {
  const system = await createSystem();
  const { mirakl, stripe } = system;
  // Without the sweep that would have an account made for the shop before anybody maps it.
  const { api } = await startApps(system, { ENABLE_SELLER_ONBOARDING: 'false' });
  const shop = mirakl.given.shop();
  const { id: account } = stripe.given.account();
  givenPaidOrders(system, shop.id, 1);
  const answer = await fetch(`http://127.0.0.1:${api.port}/api/mappings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-auth-token': 'correct-horse-battery' },
    body: JSON.stringify({ miraklShopId: shop.id, stripeUserId: account }),
  });
  expect([answer.status, await answer.text()]).toEqual([201, 'Mirakl - Stripe mapping created']);
  await vi.waitFor(() => {
    expect(shopOf(system, shop.id)).toMatchObject({
      kyc: { status: 'APPROVED' },
      additionalFields: { 'stripe-url': expect.stringContaining('/simulated/express/') },
    });
  }, patient);
  await vi.waitFor(async () => expect(await reasons(system)).toEqual(['TRANSFER_CREATED']), patient);
  expect(stripe.transfers()).toMatchObject([{ destination: account }]);
}, 120_000);

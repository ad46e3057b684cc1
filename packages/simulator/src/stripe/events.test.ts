import Stripe from 'stripe';
import { expect, onTestFinished, vi } from 'vitest';
import { type ReceivedNotification, startOperatorEndpoint } from '../operator/start-operator-endpoint.ts';
import type { EventOptions } from './events.ts';
import { test } from './simulator-test.ts';
import { type StripeSimulator, startStripeSimulator } from './start-stripe-simulator.ts';

const secret = 'whsec_simulated';

/** Somebody who listens to all that happens on the platform or on its connected accounts. */
async function listen(simulator: StripeSimulator, of: 'platform' | 'sellers', events: readonly string[] = ['*']) {
  const receiver = await startOperatorEndpoint();
  onTestFinished(() => receiver.close());
  const { id } = simulator.given.webhookEndpoint({ url: receiver.url, secret, connect: of === 'sellers', events });
  return { ...receiver, id, heard: () => receiver.received().map(({ json }) => json as Stripe.Event) };
}

async function start(events: EventOptions) {
  const simulator = await startStripeSimulator({ events });
  onTestFinished(() => simulator.close());
  return simulator;
}

/** With patience for a machine that is busy. */
const eventually = (check: () => void) => vi.waitFor(check, 5_000);

const eur = { amount: 500, currency: 'eur' };

test('endpoints of the platform and of its connected accounts hear of their own events only', async ({ simulator }) => {
  const [platform, sellers] = [await listen(simulator, 'platform'), await listen(simulator, 'sellers')];
  const { chargeId } = simulator.given.charge(eur);
  const { id: account } = simulator.given.account();
  simulator.setCapability(account, 'transfers', 'inactive');
  await eventually(() => expect([platform.heard().length, sellers.heard().length]).toEqual([1, 1]));
  expect(platform.heard()[0]).toMatchObject({
    object: 'event',
    id: expect.stringMatching(/^evt_/),
    type: 'charge.succeeded',
    data: { object: { id: chargeId, amount: 500 } },
    api_version: Stripe.API_VERSION,
    livemode: false,
    pending_webhooks: 1,
  });
  expect(platform.heard()[0]).not.toHaveProperty('account');
  expect(sellers.heard()[0]).toMatchObject({
    type: 'account.updated',
    account,
    context: account,
    data: { object: { id: account, capabilities: { transfers: 'inactive' } } },
  });
});

test("the SDK takes every delivery for Stripe's, at the simulator's time", async ({ simulator, clock }) => {
  const platform = await listen(simulator, 'platform');
  simulator.given.charge(eur);
  clock.turn(3_600_000);
  simulator.given.charge(eur);
  await eventually(() => expect(platform.received()).toHaveLength(2));
  const [, second] = platform.received();
  const verify = (request: ReceivedNotification | undefined, by: string) =>
    Stripe.webhooks.constructEvent(
      request?.rawBody ?? '',
      String(request?.headers['stripe-signature']),
      by,
      300,
      undefined,
      clock.now.getTime(),
    );
  expect(verify(second, secret)).toMatchObject({ type: 'charge.succeeded' });
  expect(() => verify(second, 'whsec_other')).toThrow('No signatures found matching');
  expect(() => verify({ ...second, rawBody: JSON.stringify(second?.json) } as never, secret)).toThrow('No signatures');
});

test('an event shows the object as it was, whatever becomes of it', async ({ simulator }) => {
  simulator.setDelivery('manual');
  const platform = await listen(simulator, 'platform');
  const { chargeId } = simulator.given.charge({ ...eur, captured: false });
  simulator.changeCharge(chargeId, { captured: true });
  for (const { event } of simulator.events()) await simulator.resend(event.id);
  expect(platform.heard().map(({ type, data }) => [type, data.object])).toMatchObject([
    ['charge.succeeded', { captured: false }],
    ['charge.captured', { captured: true }],
  ]);
});

test('an endpoint is sent the types it asks for, and nothing while it is disabled', async ({ simulator }) => {
  const platform = await listen(simulator, 'platform', ['charge.failed', 'refund.failed']);
  const disabled = { url: platform.url, secret, connect: false, events: ['*'], status: 'disabled' } as const;
  simulator.given.webhookEndpoint(disabled);
  simulator.given.charge(eur);
  simulator.given.charge({ ...eur, status: 'failed' });
  simulator.emit('refund.failed', { id: 're_1', object: 'refund' });
  await eventually(() => expect(platform.heard().map(({ type }) => type)).toEqual(['charge.failed', 'refund.failed']));
  expect(simulator.events().map(({ deliveries }) => deliveries.length)).toEqual([0, 1, 1]);
});

test('events arrive one after the other, and one that is not taken comes again later', async () => {
  const simulator = await start({ retryPausesMs: [50, 50] });
  const platform = await listen(simulator, 'platform');
  platform.faults.add({ kind: 'delay', ms: 50 });
  platform.faults.add({ kind: 'answer', status: 500, body: 'out of order' });
  const ids = ['1', '2', '3'].map((id) => simulator.emit('charge.updated', { id }).id);
  await eventually(() => expect(platform.heard().map(({ id }) => id)).toEqual([ids[0], ids[1], ids[2], ids[1]]));
  await eventually(() =>
    expect(simulator.events()[1]?.deliveries).toMatchObject([
      { endpointId: platform.id, status: 500, answer: 'out of order', problem: undefined },
      { endpointId: platform.id, status: 200 },
    ]),
  );
});

test('what is never taken is given up after the last pause, and an answer that is late is none', async () => {
  const simulator = await start({ retryPausesMs: [1, 1], timeoutMs: 500 });
  const platform = await listen(simulator, 'platform');
  platform.faults.add({ kind: 'hold' });
  platform.faults.add({ kind: 'cut-before-effect' });
  platform.faults.add({ kind: 'answer', status: 302, headers: { location: platform.url } });
  const { id } = simulator.emit('charge.updated', {});
  await eventually(() =>
    expect(simulator.events()[0]?.deliveries).toMatchObject([
      { status: undefined, problem: expect.stringContaining('timeout') },
      { status: undefined, problem: expect.stringMatching(/closed|hang up|ECONNRESET/) },
      { status: 302, problem: undefined },
    ]),
  );

  for (let later = 0; later < 5; later += 1) simulator.emit('charge.updated', {});
  await eventually(() => expect(simulator.events().at(-1)?.deliveries).toHaveLength(1));
  expect(platform.heard().filter((event) => event.id === id)).toHaveLength(3);
  await simulator.resend(id);
  expect(simulator.events()[0]?.deliveries.at(-1)).toMatchObject({ status: 200 });
});

test('nobody at the address does no harm', async ({ simulator }) => {
  const platform = await listen(simulator, 'platform');
  await platform.close();
  simulator.given.charge(eur);
  await eventually(() => expect(simulator.events()[0]?.deliveries[0]?.problem).toContain('ECONNREFUSED'));
});

test('by hand, an event is held back, delivered late, twice and out of order, or never', async () => {
  const simulator = await start({ deliver: 'manual' });
  const platform = await listen(simulator, 'platform');
  const ids = ['1', '2', '3'].map((id) => simulator.emit('charge.updated', { id }).id);
  const [first = '', second = ''] = ids;
  for (const id of [second, first, first]) await simulator.resend(id);
  simulator.setDelivery('automatic');
  const last = simulator.emit('charge.updated', { id: '4' }).id;
  await eventually(() => expect(platform.heard().map(({ id }) => id)).toEqual([second, first, first, last]));
  await expect(simulator.resend('evt_unknown')).rejects.toThrow('evt_unknown');
});

test('a simulator that closes gives up on deliveries', async () => {
  const simulator = await start({ retryPausesMs: [20, 20, 20] });
  const platform = await listen(simulator, 'platform');
  platform.faults.add({ kind: 'answer', status: 500 });
  const hanging = platform.faults.add({ kind: 'hold' });
  simulator.given.charge(eur);
  simulator.given.charge(eur);
  simulator.given.charge(eur);
  await hanging.reached;
  await simulator.close();
  expect(platform.received()).toHaveLength(2);
  expect(simulator.events()[2]?.deliveries).toEqual([]);
});

test('an account says so whenever it has changed, and only then', async ({ simulator, stripe }) => {
  const { id } = await stripe.accounts.create({ type: 'express' });
  const link = await stripe.accountLinks.create({
    ...{ account: id, type: 'account_onboarding' },
    refresh_url: 'http://localhost/refresh',
    return_url: 'http://localhost/return',
  });
  await fetch(link.url, { method: 'POST', redirect: 'manual' });
  simulator.completeOnboarding(id);
  simulator.setCapability(id, 'transfers', 'pending');
  simulator.setCapability(id, 'transfers', 'pending');
  simulator.changeAccount(id, { payouts_enabled: false });
  simulator.setKyc(id, 'approved');
  expect(simulator.events().map(({ event }) => [event.type, event.account, event.data.object])).toMatchObject([
    ['account.updated', id, { details_submitted: true }],
    ['account.updated', id, { capabilities: { transfers: 'pending' } }],
    ['account.updated', id, { payouts_enabled: false }],
    ['account.updated', id, { payouts_enabled: true, capabilities: { transfers: 'active' } }],
  ]);
  expect(() => simulator.setKyc('acct_unknown', 'approved')).toThrow('acct_unknown');
});

test('a charge says what has become of it', ({ simulator }) => {
  for (const status of ['succeeded', 'failed', 'pending'] as const) simulator.given.charge({ ...eur, status });
  const pending = simulator.charges()[2]?.id ?? '';
  simulator.changeCharge(pending, { status: 'succeeded', captured: false });
  simulator.changeCharge(pending, { metadata: { order: 'Order-1' } });
  simulator.changeCharge(pending, { metadata: { order: 'Order-1' } });
  simulator.changeCharge(pending, { captured: true });
  simulator.changeCharge(pending, { amount_refunded: 100 });
  expect(simulator.events().map(({ event }) => event.type)).toEqual([
    ...['charge.succeeded', 'charge.failed', 'charge.pending'],
    ...['charge.succeeded', 'charge.updated', 'charge.captured', 'charge.refunded'],
  ]);
  expect(() => simulator.changeCharge('ch_unknown', {})).toThrow('ch_unknown');
});

test('a payment, a refund and a payout say what becomes of them', async ({ simulator, stripe }) => {
  const types = () => simulator.events().map(({ event }) => event.type);
  const authorized = () => simulator.given.charge({ ...eur, captured: false });
  const [captured, canceled, expired, refunded] = [authorized(), authorized(), authorized(), authorized()];
  const seller = simulator.given.account();
  simulator.given.funds({ ...eur, account: seller.id });
  const before = types().length;

  await stripe.paymentIntents.capture(captured.paymentIntentId ?? '');
  await stripe.paymentIntents.cancel(canceled.paymentIntentId ?? '');
  simulator.expireAuthorization(expired.chargeId);
  await stripe.refunds.create({ charge: refunded.chargeId });
  const { id: refundId } = await stripe.refunds.create({ charge: captured.chargeId, amount: 100 });
  simulator.settleRefund(refundId, 'failed');
  const { id: payoutId } = await stripe.payouts.create(eur, { stripeAccount: seller.id });
  simulator.settlePayout(payoutId, 'paid');
  simulator.failPayout(payoutId, { code: 'account_closed', message: 'closed' });
  expect(types().slice(before)).toEqual([
    'charge.captured',
    'payment_intent.canceled',
    ...['payment_intent.canceled', 'charge.expired'],
    ...['payment_intent.canceled', 'refund.created', 'charge.refunded'],
    ...['refund.created', 'charge.refunded', 'refund.updated', 'refund.failed'],
    ...['payout.created', 'payout.paid', 'payout.failed'],
  ]);
  const payouts = simulator.events().filter(({ event }) => event.type.startsWith('payout.'));
  expect(new Set(payouts.map(({ event }) => event.account))).toEqual(new Set([seller.id]));
});

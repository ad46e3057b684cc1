import { createHmac } from 'node:crypto';
import { createDatabase } from '@connector/database';
import { test, type World } from '@connector/testing';
import { describe, expect, onTestFinished, vi } from 'vitest';
import { serveApi, webhookSecrets } from '../api-test.ts';

const operator = '/api/public/webhook/operator';
const sellers = '/api/public/webhook/sellers';

function event(change: object = {}, object: object = {}) {
  return JSON.stringify({
    ...{ id: 'evt_1', object: 'event', type: 'charge.succeeded', created: 1_793_610_000, livemode: false },
    data: { object: { id: 'ch_1', object: 'charge', metadata: {}, ...object } },
    ...change,
  });
}

function sign(world: World, body: string, secret: string = webhookSecrets.operator, ageSeconds = 0): string {
  const seconds = Math.floor(world.now().getTime() / 1_000) - ageSeconds;
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}

/** An api, and Stripe's way to post to it. */
async function serve(world: World, options: Parameters<typeof serveApi>[1] = {}) {
  const api = await serveApi(world, options);
  const post = (body: string, signature: string | null, path = operator) =>
    api.request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature },
      body,
    });
  return { ...api, post, send: (body: string, path?: string) => post(body, sign(world, body), path) };
}

const events = ({ db }: World) => db.selectFrom('stripe_event').select(['id', 'type', 'object_id']).execute();
const jobs = async ({ queues }: World) =>
  (await Promise.all(Object.values(queues.byName).map((queue) => queue.getWaiting())))
    .flat()
    .map(({ name, data }) => [name, data]);

async function expectNothingKept(world: World) {
  expect(await events(world)).toEqual([]);
  expect(await jobs(world)).toEqual([]);
}

test('an event is answered at once, kept, and its object is looked at by a job', async ({ world }) => {
  const { send } = await serve(world);
  expect(await send(event())).toMatchObject({ status: 200, text: 'Event received' });
  expect(await events(world)).toEqual([{ id: 'evt_1', type: 'charge.succeeded', object_id: 'ch_1' }]);
  expect(await jobs(world)).toEqual([['payment-validation.follow-charge', { chargeId: 'ch_1' }]]);
});

describe('what Stripe has not signed is refused, and nothing is kept', () => {
  test.for<[string, (world: World, body: string) => string | null]>([
    ['no signature', () => null],
    ['a bad signature', () => 't=1,v1=00'],
    ['no signature at all in the header', () => 'nonsense'],
    ['the secret of the other endpoint', (world, body) => sign(world, body, webhookSecrets.sellers)],
    ['a stale timestamp', (world, body) => sign(world, body, webhookSecrets.operator, 301)],
    ['a timestamp from the future', (world, body) => sign(world, body, webhookSecrets.operator, -301)],
    ['a body that was tampered with', (world, body) => sign(world, body.replace('ch_1', 'ch_2'))],
  ])('%s', async ([, signature], { world }) => {
    const { post } = await serve(world);
    const body = event();
    expect(await post(body, signature(world, body))).toMatchObject({ status: 400, text: 'Invalid signature.' });
    await expectNothingKept(world);
  });
});

describe('what is signed and no event is refused, and nothing is kept', () => {
  test.for([
    ['invalid JSON', '{"id":'],
    ['an empty body', ''],
    ['JSON that is no event', '{"hello":"world"}'],
    ['an event without its object', JSON.stringify({ id: 'evt_1', object: 'event', type: 'charge.succeeded' })],
    ['a thin event', JSON.stringify({ id: 'evt_1', object: 'v2.core.event', type: 'v1.charge.succeeded' })],
  ])('%s', async ([, body = ''], { world }) => {
    const { send } = await serve(world);
    expect(await send(body)).toMatchObject({ status: 400, text: 'Invalid payload.' });
    await expectNothingKept(world);
  });

  test('an order in the metadata that is empty', async ({ world }) => {
    const { send } = await serve(world);
    const answer = await send(event({}, { metadata: { mirakl_commercial_order_id: '' } }));
    expect(answer).toMatchObject({ status: 400, text: 'mirakl_commercial_order_id is empty in the metadata' });
    await expectNothingKept(world);
  });
});

test('a body of five megabytes is not read', async ({ world }) => {
  const { send } = await serve(world);
  const answer = await send(event({}, { description: 'x'.repeat(5_000_000) }));
  expect(answer).toMatchObject({ status: 413, json: { message: 'The body is too long' } });
  await expectNothingKept(world);
});

test('L25: a replay is answered and does nothing', async ({ world }) => {
  const { send } = await serve(world);
  await send(event());
  await world.queues.byName['payment-validation'].drain();
  expect(await send(event())).toMatchObject({ status: 200, text: 'Event was received before' });
  expect(await events(world)).toHaveLength(1);
  expect(await jobs(world)).toEqual([]);
});

describe('L27: what is not for us is no error, so that Stripe does not disable the endpoint', () => {
  test.for([
    ['invoice.paid', 'Unhandled event type'],
    ['payment_intent.succeeded', 'payment_intent.succeeded is no longer needed'],
  ])('%s', async ([type = '', text], { world }) => {
    const { send } = await serve(world);
    expect(await send(event({ type }))).toMatchObject({ status: 200, text });
    await expectNothingKept(world);
  });

  test('an account that is not mapped, and one whose details are missing', async ({ world }) => {
    const { post } = await serve(world);
    const tell = async (details_submitted: boolean) => {
      const body = event({ type: 'account.updated', account: 'acct_1' }, { id: 'acct_1', details_submitted });
      return post(body, sign(world, body, webhookSecrets.sellers), sellers);
    };
    expect(await tell(true)).toMatchObject({ status: 200, text: 'Ignored: no shop is mapped to this account' });
    expect(await tell(false)).toMatchObject({
      status: 200,
      text: 'Ignored: the details have not been submitted yet',
    });
    await expectNothingKept(world);
  });
});

describe('L6: a charge that comes to the endpoint of connected accounts claims nobody’s order', () => {
  test.for([sellers, '/api/public/webhook'])('%s', async (path, { world }) => {
    const { post } = await serve(world);
    const body = event({ account: 'acct_1' }, { metadata: { mirakl_commercial_order_id: 'Order_1' } });
    expect(await post(body, sign(world, body, webhookSecrets.sellers), path)).toMatchObject({
      status: 200,
      text: 'Ignored: payments count on the endpoint of the platform account',
    });
    await expectNothingKept(world);
  });
});

test('what the simulated Stripe sends by itself is taken', async ({ world }) => {
  const { url } = await serve(world);
  const { stripeSimulator } = world;
  const endpoint = { connect: false, secret: webhookSecrets.operator, events: ['*'] };
  stripeSimulator.given.webhookEndpoint({ ...endpoint, url: `${url}${operator}` });
  stripeSimulator.given.charge({ amount: 500, currency: 'eur' });
  await vi.waitFor(async () => expect(await events(world)).toMatchObject([{ type: 'charge.succeeded' }]), 5_000);
});

test('a ledger that is away makes Stripe send the event again', async ({ world }) => {
  const db = createDatabase({ url: 'postgres://nobody:nothing@127.0.0.1:1/nowhere' });
  onTestFinished(() => db.destroy());
  const { send } = await serve(world, { db });
  expect(await send(event())).toMatchObject({ status: 503 });
});

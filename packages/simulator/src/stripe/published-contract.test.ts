import { expect } from 'vitest';
import { z } from 'zod';
import { get, post } from './plain-requests.ts';
import { propertyNames, readPublishedContract } from './published-contract.ts';
import { test } from './simulator-test.ts';
import type { StripeSimulator } from './start-stripe-simulator.ts';
import { endpoints } from './stripe-listener.ts';

const contract = readPublishedContract();
const missing = "Stripe's OpenAPI description is not in REFERENCE_DATA_DIR";

/** Endpoints that only the excerpt of the description lacks. */
const outsideTheExcerpt: readonly string[] = ['POST /v1/account_links', 'GET /v1/account'];

test.for([
  ['account', 'a new account'],
  ['account', 'an onboarded account'],
  ['charge', 'a charge'],
  ['charge', 'a failed charge'],
  ['payment_intent', 'a PaymentIntent'],
  ['payment_intent', 'an expanded PaymentIntent'],
  ['transfer', 'a transfer'],
  ['transfer', 'an expanded transfer'],
  ['login_link', 'a login link'],
  ['webhook_endpoint', 'a webhook endpoint'],
  ['event', 'an event'],
  ['event', 'an event of a connected account'],
  ['error', 'an unknown object'],
  ['error', 'a wrong parameter'],
  ['error', 'a wrong key'],
] as const)('as %s, %s is what Stripe has published', async ([schema, what], { simulator, skip }) => {
  if (contract === undefined) return skip(missing);
  const answer = (await answersOf(simulator))[what];
  expect(contract.problems(schema, answer)).toEqual([]);
  expect(contract.problems(schema, { ...answer, id: 5, created: 'now', error: [] })).not.toEqual([]);
});

test.for([
  ['/v1/transfers', 'transfer'],
  ['/v1/accounts', 'account'],
  ['/v1/webhook_endpoints', 'webhook_endpoint'],
] as const)('the list %s is what Stripe has published', async ([path, schema], { simulator, skip }) => {
  if (contract === undefined) return skip(missing);
  await answersOf(simulator);
  const list = await get(simulator, path);
  expect(list).toMatchObject({ object: 'list', has_more: false, url: path });
  const data = z.array(z.unknown()).min(1).parse(list.data);
  expect(data.flatMap((item) => contract.problems(schema, item))).toEqual([]);
});

test('the names of all parameters are known, also of those within others', () => {
  const create = endpoints.find(({ method, path }) => method === 'POST' && path === '/v1/accounts');
  expect(create && namesOf(create.parameters)).toContain('settings[payouts][schedule][interval]');
  const list = endpoints.find(({ method, path }) => method === 'GET' && path === '/v1/transfers');
  expect(list && namesOf(list.parameters)).toEqual(
    expect.arrayContaining(['created', 'created[gte]', 'destination', 'expand', 'transfer_group']),
  );
});

test('every parameter that the simulator takes is one that Stripe has published', ({ skip }) => {
  if (contract === undefined) return skip(missing);
  const unchecked: string[] = [];
  for (const { method, path, parameters } of endpoints) {
    const published = contract.parameterNames(method, path);
    if (published === undefined) unchecked.push(`${method} ${path}`);
    else expect([...published]).toEqual(expect.arrayContaining(namesOf(parameters)));
  }
  expect(unchecked.toSorted()).toEqual(outsideTheExcerpt.toSorted());
});

function namesOf(parameters: z.ZodType): string[] {
  return [...propertyNames(z.toJSONSchema(parameters, { io: 'input' }))];
}

async function answersOf(simulator: StripeSimulator) {
  const seller = simulator.given.account();
  const { chargeId, paymentIntentId } = simulator.given.charge({ amount: 500, currency: 'eur' });
  const failed = simulator.given.charge({ amount: 500, currency: 'eur', status: 'failed' });
  const transfer = await post(simulator, '/v1/transfers', {
    amount: '400',
    currency: 'eur',
    destination: seller.id,
    source_transaction: chargeId,
    'metadata[order]': 'Order-1',
  });
  const endpoint = { url: 'https://127.0.0.1:1', secret: 'whsec_1', connect: true, events: ['payout.paid'] };
  const { id: endpointId } = simulator.given.webhookEndpoint(endpoint);
  const transferPath = `/v1/transfers/${String(transfer.id)}`;
  const intentPath = `/v1/payment_intents/${paymentIntentId}`;
  return {
    'a new account': await post(simulator, '/v1/accounts', { type: 'express', email: 'seller@example.com' }),
    'an onboarded account': await get(simulator, `/v1/accounts/${seller.id}`),
    'a charge': await get(simulator, `/v1/charges/${chargeId}`),
    'a failed charge': await get(simulator, `/v1/charges/${failed.chargeId}`),
    'a PaymentIntent': await get(simulator, intentPath),
    'an expanded PaymentIntent': await get(simulator, `${intentPath}?expand[]=latest_charge`),
    'a transfer': transfer,
    'an expanded transfer': await get(simulator, `${transferPath}?expand[]=destination&expand[]=source_transaction`),
    'a login link': await post(simulator, `/v1/accounts/${seller.id}/login_links`, {}),
    'a webhook endpoint': await get(simulator, `/v1/webhook_endpoints/${endpointId}`),
    'an event': { ...simulator.emit('charge.updated', failed) },
    'an event of a connected account': { ...simulator.emit('account.updated', seller, { account: seller.id }) },
    'an unknown object': await get(simulator, '/v1/charges/ch_unknown'),
    'a wrong parameter': await post(simulator, '/v1/transfers', { colour: 'red' }),
    'a wrong key': await get({ ...simulator, apiKey: 'sk_test_unknown' }, '/v1/account'),
  };
}

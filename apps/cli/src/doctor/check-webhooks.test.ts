import { operatorEvents, sellersEvents } from '@connector/stripe';
import { test, type World } from '@connector/testing';
import { expect } from 'vitest';
import { diagnose, environment, registerWebhooks } from '../cli-test.ts';

const publicUrl = 'https://connector.example.com/api/public/webhook';

type Endpoint = Parameters<World['stripeSimulator']['given']['webhookEndpoint']>[0];
const sellers: Endpoint = { url: `${publicUrl}/sellers`, secret: 's', connect: true, events: sellersEvents };
const operator: Endpoint = { url: `${publicUrl}/operator`, secret: 's', connect: false, events: operatorEvents };

async function diagnoseWith(world: World, ...endpoints: Endpoint[]) {
  for (const endpoint of endpoints) world.stripeSimulator.given.webhookEndpoint(endpoint);
  const { code, output } = await diagnose(environment(world));
  const verdict = output.trim().split('\n').at(-1);
  return { code, verdict, said: output.split('\n').filter((line) => /Webhooks|→/.test(line)) };
}

const ready = { code: 0, verdict: 'READY' };
const warned = { code: 0, verdict: 'READY WITH WARNINGS' };
const notReady = { code: 1, verdict: 'NOT READY' };

test('without endpoints doctor says what to add on Stripe, ready to be pasted', async ({ world }) => {
  const { said, ...outcome } = await diagnoseWith(world);
  expect(outcome).toEqual(notReady);
  expect(said).toContain(`✗ Webhooks: no endpoint leads to ${sellers.url}`);
  expect(said).toContain(`✗ Webhooks: no endpoint leads to ${operator.url}`);
  expect(said.join('\n')).toContain(
    `Stripe dashboard → Developers → Webhooks → Add endpoint: ${sellers.url}, ` +
      'listening to events on connected accounts: account.updated, payout.failed, payout.paid.',
  );
  expect(said.join('\n')).toContain('listening to events on your account: charge.succeeded, charge.updated, ');
});

test('endpoints of another host are none', async ({ world }) => {
  const elsewhere = (endpoint: Endpoint) => ({ ...endpoint, url: endpoint.url.replace('connector', 'staging') });
  const { said, ...outcome } = await diagnoseWith(world, elsewhere(sellers), elsewhere(operator));
  expect(outcome).toEqual(notReady);
  expect(said).toContain(`✗ Webhooks: no endpoint leads to ${operator.url}`);
});

test.for<[string, Endpoint[]]>([
  ['all events, a slash at the end', [{ ...operator, url: `${operator.url}/`, events: ['*'] }, sellers]],
  ['the old name of the one for sellers', [operator, { ...sellers, url: publicUrl }]],
  ['two that share the events', [operator, { ...sellers, events: ['account.updated'] }, { ...sellers, events: ['*'] }]],
  ['a disabled one beside one that works', [operator, { ...sellers, status: 'disabled' }, sellers]],
])('will do: %s', async ([, endpoints], { world }) => {
  const { said, ...outcome } = await diagnoseWith(world, ...endpoints);
  expect(said.filter((line) => line.startsWith('✓'))).toHaveLength(2);
  expect(outcome).toEqual(ready);
});

test.for<[string, Endpoint[], object, string, string]>([
  [
    'an endpoint of the wrong kind',
    [operator, { ...sellers, connect: false }],
    notReady,
    `✗ Webhooks: the endpoint ${sellers.url} listens to your account instead of connected accounts`,
    'That cannot be changed. Stripe dashboard → Developers → Webhooks → Add endpoint: ',
  ],
  [
    'a disabled endpoint',
    [{ ...operator, status: 'disabled' }, sellers],
    notReady,
    `✗ Webhooks: the endpoint ${operator.url} is disabled`,
    `${operator.url} → Enable.`,
  ],
  [
    'an endpoint that lacks some events',
    [{ ...operator, events: ['charge.succeeded', 'charge.updated', 'charge.failed', 'charge.refunded'] }, sellers],
    warned,
    `! Webhooks: the endpoint ${operator.url} is not sent charge.captured, charge.expired, payment_intent.canceled, refund.updated, refund.failed`,
    'Select events: charge.captured, charge.expired, payment_intent.canceled, refund.updated, refund.failed.',
  ],
  [
    'an endpoint that lacks them all',
    [operator, { ...sellers, events: ['customer.created'] }],
    notReady,
    `✗ Webhooks: the endpoint ${sellers.url} is not sent account.updated, payout.failed, payout.paid`,
    'Select events: account.updated',
  ],
  [
    'events in a version that does not name the account',
    [operator, { ...sellers, apiVersion: '2016-07-06' }],
    notReady,
    `✗ Webhooks: the events of the endpoint ${sellers.url} do not name the account`,
    'with a version from 2017-05-25 on',
  ],
])('doctor finds %s', async ([, endpoints, expected, finding, hint], { world }) => {
  const { said, ...outcome } = await diagnoseWith(world, ...endpoints);
  expect(said.join('\n')).toContain(finding);
  expect(said[said.findIndex((line) => line.startsWith(finding)) + 1]).toContain(hint);
  expect(said.filter((line) => line.startsWith('✓'))).toHaveLength(1);
  expect(outcome).toEqual(expected);
});

test('a restricted key that may not see endpoints is a warning that names the permission', async ({ world }) => {
  registerWebhooks(world);
  const message =
    "The provided key 'rk_test_*' does not have the required permissions for this endpoint on account 'acct_1'. " +
    "Having the 'rak_webhook_read' permission would allow this request to continue.";
  const body = { error: { type: 'invalid_request_error', message } };
  world.stripeSimulator.faults.add({ kind: 'answer', status: 403, body, path: '/v1/webhook_endpoints' });
  const { said, ...outcome } = await diagnoseWith(world);
  expect(said).toContain(
    '! Webhooks: could not be looked at: the restricted key lacks the permission rak_webhook_read',
  );
  expect(outcome).toEqual(warned);
});

test('a Stripe that fails to list endpoints leaves them in doubt', async ({ world }) => {
  world.stripeSimulator.faults.add({ kind: 'answer', status: 503, body: 'Down', path: '/v1/webhook_endpoints' });
  const { said, ...outcome } = await diagnoseWith(world, sellers, operator);
  expect(said.join('\n')).toMatch(/! Webhooks: could not be looked at \(.+\)/);
  expect(outcome).toEqual(warned);
});

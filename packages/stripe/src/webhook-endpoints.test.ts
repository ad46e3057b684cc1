import { startOperatorEndpoint } from '@connector/simulator';
import { expect, vi } from 'vitest';
import { test } from './stripe-test.ts';
import { verifyWebhook } from './verify-webhook.ts';
import { listWebhookEndpoints } from './webhook-endpoints.ts';

const secret = 'whsec_simulated';

test('webhook endpoints say of whom they hear, what, and whether at all', async ({ simulator, stripe }) => {
  const sellers = { url: 'https://a.example/sellers', secret, connect: true, events: ['payout.paid'] };
  const operator = { url: 'https://a.example/operator', secret, connect: false, events: ['*'] };
  const { id } = simulator.given.webhookEndpoint({ ...sellers, apiVersion: '2016-07-06' });
  simulator.given.webhookEndpoint({ ...operator, status: 'disabled' });
  expect(await listWebhookEndpoints(stripe)).toMatchObject([
    { url: operator.url, status: 'disabled', enabledEvents: ['*'], isConnect: false, apiVersion: undefined },
    {
      ...{ id, url: sellers.url, status: 'enabled', enabledEvents: ['payout.paid'], isConnect: true },
      ...{ apiVersion: '2016-07-06', livemode: false },
    },
  ]);
});

test('a key without the permission is told which it lacks', async ({ simulator, stripe }) => {
  const body = { error: { type: 'invalid_request_error', message: "Having the 'rak_webhook_read' permission" } };
  simulator.faults.add({ kind: 'answer', status: 403, body });
  await expect(listWebhookEndpoints(stripe)).rejects.toMatchObject({
    kind: 'misconfigured',
    message: expect.stringContaining('rak_webhook_read'),
  });
});

test('what Stripe sends to an endpoint is taken for what it is', async ({ simulator, onTestFinished }) => {
  const receiver = await startOperatorEndpoint();
  onTestFinished(() => receiver.close());
  simulator.given.webhookEndpoint({ url: receiver.url, secret, connect: true, events: ['account.updated'] });
  const { id } = simulator.given.account();
  simulator.setKyc(id, 'rejected');
  await vi.waitFor(() => expect(receiver.received()).toHaveLength(1), 5_000);
  const [{ rawBody, headers } = expect.fail('nothing arrived')] = receiver.received();
  const delivery = { body: Buffer.from(rawBody), signature: String(headers['stripe-signature']), now: new Date() };
  expect(verifyWebhook({ ...delivery, secrets: ['whsec_old', secret] })).toMatchObject({
    id: simulator.events()[0]?.event.id,
    ...{ type: 'account.updated', account: id, objectId: id, livemode: false },
    object: { id, payouts_enabled: false },
  });
  expect(() => verifyWebhook({ ...delivery, secrets: ['whsec_old'] })).toThrow('none of the webhook secrets');
});

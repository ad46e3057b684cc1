import { expect } from 'vitest';
import { connect, test } from './simulator-test.ts';
import { startStripeSimulator } from './start-stripe-simulator.ts';

const secret = 'whsec_simulated';

test('webhook endpoints are shown without their secret, of which accounts they hear by the application', async ({
  simulator,
  stripe,
}) => {
  const platform = { url: 'https://a.example/operator', secret, connect: false, events: ['charge.succeeded'] };
  const sellers = { url: 'https://a.example/sellers', secret, connect: true, events: ['*'] };
  const { id } = simulator.given.webhookEndpoint(platform);
  simulator.given.webhookEndpoint({ ...sellers, status: 'disabled', apiVersion: '2016-07-06' });
  expect((await stripe.webhookEndpoints.list()).data).toMatchObject([
    {
      object: 'webhook_endpoint',
      url: sellers.url,
      application: expect.stringMatching(/^ca_/),
      status: 'disabled',
      enabled_events: ['*'],
      api_version: '2016-07-06',
    },
    { id, url: platform.url, application: null, status: 'enabled', enabled_events: ['charge.succeeded'] },
  ]);
  const retrieved = await stripe.webhookEndpoints.retrieve(id);
  expect(retrieved).toMatchObject({ id, api_version: null });
  expect(retrieved.secret).toBeUndefined();
  const { id: seller } = simulator.given.account();
  expect((await stripe.webhookEndpoints.list({}, { stripeAccount: seller })).data).toEqual([]);
  await expect(stripe.webhookEndpoints.retrieve('we_unknown')).rejects.toMatchObject({ code: 'resource_missing' });
});

test('a restricted key may be refused a look at them', async () => {
  const simulator = await startStripeSimulator({ apiKeys: [{ key: 'rk_test_1', refused: ['rak_webhook_read'] }] });
  await expect(connect(simulator).webhookEndpoints.list()).rejects.toMatchObject({
    statusCode: 403,
    message: expect.stringContaining('rak_webhook_read'),
  });
  await simulator.close();
});

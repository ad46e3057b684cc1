import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startMailServer } from '@connector/testing/mail-server';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createSystem, givenPaidOrders, givenShop } from './system.ts';

const patient = { timeout: 60_000, interval: 100 };

/** The operator's endpoint: takes everything, and keeps it. */
async function startEndpoint() {
  const received: { type: string; payload: Record<string, unknown> }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      received.push(JSON.parse(body));
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`, received };
}

test('L32: an operator hears once of a transfer that fails again and again, by notification and by mail, and that it has worked', async () => {
  const system = await createSystem();
  const [orderId] = givenPaidOrders(system, await givenShop(system), 1);
  const endpoint = await startEndpoint();
  const mailServer = await startMailServer();
  onTestFinished(() => mailServer.close());
  const refusal = system.stripe.faults.add({
    ...{ method: 'POST', path: '/v1/transfers', kind: 'answer', times: Number.POSITIVE_INFINITY },
    ...{ status: 400, body: { error: { type: 'invalid_request_error', message: 'Insufficient funds' } } },
  });
  const env = {
    OPERATOR_NOTIFICATION_URL: endpoint.url,
    OPERATOR_NOTIFICATION_SECRET: 'a secret of some length',
    SCHEDULE_NOTIFICATIONS: '1s',
    MAILER_DSN: `smtp://${mailServer.host}:${mailServer.port}`,
    TECHNICAL_ALERT_EMAIL: 'operator@example.com',
    TECHNICAL_ALERT_EMAIL_FROM: 'connector@example.com',
    SCHEDULE_ALERTING: '2s',
  };
  await system.start('scheduler', env);
  await system.start('worker', env);
  const makeDue = () =>
    system.db
      .updateTable('stripe_transfer')
      .set({ next_try_at: new Date() })
      .where('status', '=', 'TRANSFER_FAILED')
      .execute();

  await vi.waitFor(() => expect(endpoint.received).toHaveLength(1), patient);
  expect(endpoint.received[0]).toMatchObject({
    type: 'transfer.failed',
    payload: { miraklId: orderId, status: 'TRANSFER_FAILED', failedReason: 'Insufficient funds' },
  });
  await vi.waitFor(() => expect(mailServer.mails().at(-1)?.text).toContain(`Mirakl id: ${orderId}\n`), patient);

  await vi.waitFor(async () => {
    await makeDue();
    expect(refusal.hits()).toBeGreaterThan(2);
  }, patient);
  refusal.release();
  await vi.waitFor(async () => {
    await makeDue();
    expect(endpoint.received.at(-1)?.type).toBe('transfer.recovered');
  }, patient);
  expect(endpoint.received.map(({ type }) => type)).toEqual(['transfer.failed', 'transfer.recovered']);
}, 120_000);

import { startOperatorEndpoint } from '@connector/simulator';
import { startMailServer } from '@connector/testing/mail-server';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createSystem, givenPaidOrders, givenShop } from './system.ts';

const patient = { timeout: 60_000, interval: 100 };

test('L32: an operator hears once of a transfer that fails again and again, by notification and by mail, and that it has worked', async () => {
  const system = await createSystem();
  const [orderId] = givenPaidOrders(system, await givenShop(system), 1);
  const [operator, mailServer] = await Promise.all([startOperatorEndpoint(), startMailServer()]);
  onTestFinished(async () => {
    await operator.close();
    await mailServer.close();
  });
  const told = () => operator.received().map(({ json }) => json as { type: string });
  const refusal = system.stripe.faults.add({
    ...{ method: 'POST', path: '/v1/transfers', kind: 'answer', times: Number.POSITIVE_INFINITY },
    ...{ status: 400, body: { error: { type: 'invalid_request_error', message: 'Insufficient funds' } } },
  });
  const env = {
    OPERATOR_NOTIFICATION_URL: operator.url,
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

  await vi.waitFor(() => expect(told()).toHaveLength(1), patient);
  expect(told()[0]).toMatchObject({
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
    expect(told().at(-1)?.type).toBe('transfer.recovered');
  }, patient);
  expect(told().map(({ type }) => type)).toEqual(['transfer.failed', 'transfer.recovered']);
}, 120_000);

import { expect, test } from 'vitest';
import { expectEachOnce } from './each-once.ts';
import { untilLedger } from './ledger.ts';
import { startApps } from './start-apps.ts';
import { createSystem, givenSeller } from './system.ts';

test('a service with options and taxes is validated, split, refunded in part and taken back from the seller', async () => {
  const system = await createSystem();
  const { mirakl, stripe } = system;
  await startApps(system);
  const { shopId, accountId } = await givenSeller(system);
  const order = mirakl.given.serviceOrder({
    ...{ commercialId: 'Service', shopId, state: 'WAITING_DEBIT_PAYMENT', taxMode: 'TAX_EXCLUDED', taxes: ['20.00'] },
    options: [
      { type: 'BOOLEAN', amount: '10.00' },
      { type: 'VALUE_LIST', values: ['5.00', '2.50'] },
    ],
  });
  const waiting = 'TRANSFER_ON_HOLD: Order is not ready yet, status is WAITING_DEBIT_PAYMENT';
  await untilLedger(system, { [`TRANSFER_SERVICE_ORDER ${order.id}`]: waiting });
  const { chargeId } = stripe.given.charge({
    ...{ amount: 13_750, currency: 'eur', metadata: { mirakl_commercial_order_id: 'Service' } },
  });
  const paid = {
    'PAYMENT Service': 'captured 13750',
    [`TRANSFER_SERVICE_ORDER ${order.id}`]: 'TRANSFER_CREATED 12250',
  };
  await untilLedger(system, paid);
  expect(mirakl.debits()).toMatchObject([{ orderId: order.id, state: 'OK', transactionNumber: chargeId }]);

  // The buyer gets his money before it is taken back, so the operator has to have some.
  stripe.given.funds({ amount: 10_000, currency: 'eur' });
  const half = { amount: '50.00', taxes: ['10.00'], commission: '7.50' };
  const refund = mirakl.given.refund({ orderId: order.id, ...half });
  await untilLedger(system, {
    ...paid,
    [`REFUND_SERVICE_ORDER ${refund.id}`]: 'REFUND_CREATED 6000',
    [`TRANSFER_REFUND ${refund.id}`]: 'TRANSFER_CREATED 5250',
  });

  const [made] = stripe.refunds();
  expect(made).toMatchObject({ amount: 6_000, charge: chargeId });
  expect(mirakl.refunds()).toMatchObject([{ state: 'OK', transactionNumber: made?.id }]);
  expect(stripe.reversals()).toMatchObject([{ amount: 5_250, transfer: stripe.transfers()[0]?.id }]);
  expect(stripe.balance('eur', accountId).available).toBe(12_250 - 5_250);
  expect(stripe.balance('eur').available).toBe(10_000 + 1_500 - 750);
  await expectEachOnce(system);
}, 120_000);

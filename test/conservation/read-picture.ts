import type { World } from '@connector/testing';

/** How everything stands, as a text that is another one when something has changed. */
export async function readPicture({ db, stripeSimulator, miraklSimulator }: World): Promise<string> {
  const { charges, refunds, payouts, transfers, reversals } = stripeSimulator;
  const rows = await Promise.all([
    db.selectFrom('stripe_transfer').select(['id', 'status']).orderBy('id').execute(),
    db.selectFrom('stripe_refund').select(['id', 'status']).orderBy('id').execute(),
    db.selectFrom('stripe_payout').select(['id', 'status']).orderBy('id').execute(),
    db.selectFrom('payment_mapping').select(['id', 'status']).orderBy('id').execute(),
  ]);
  return JSON.stringify([
    rows,
    charges().map(({ captured, amount_refunded }) => [captured, amount_refunded]),
    [...refunds(), ...payouts()].map(({ status }) => status),
    [transfers().length, reversals().length],
    [...miraklSimulator.productOrders(), ...miraklSimulator.serviceOrders(), ...miraklSimulator.refunds()].map(
      ({ state }) => state,
    ),
    miraklSimulator.debits().map(({ state }) => state),
  ]);
}

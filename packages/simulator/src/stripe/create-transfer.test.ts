import fc from 'fast-check';
import type Stripe from 'stripe';
import { describe, expect } from 'vitest';
import { connect, test } from './simulator-test.ts';
import { startStripeSimulator } from './start-stripe-simulator.ts';

describe('a transfer with a source charge', () => {
  test('moves the money and is shown as Stripe shows it', async ({ simulator, stripe, clock }) => {
    const seller = simulator.given.account();
    const { chargeId } = simulator.given.charge({ amount: 10_000, currency: 'eur' });
    const transfer = await stripe.transfers.create({
      amount: 8_500,
      currency: 'eur',
      destination: seller.id,
      source_transaction: chargeId,
      metadata: { orderId: 'Order-1-A' },
    });

    expect(transfer).toMatchObject({
      object: 'transfer',
      amount: 8_500,
      destination: seller.id,
      source_transaction: chargeId,
      metadata: { orderId: 'Order-1-A' },
      created: clock.now.getTime() / 1000,
    });
    expect(await stripe.transfers.retrieve(transfer.id)).toMatchObject({ id: transfer.id, amount: 8_500 });
    expect(simulator.transfers()).toMatchObject([{ id: transfer.id }]);
    expect(simulator.balance('eur')).toEqual({ available: 1_500, pending: 0 });
    expect(simulator.balance('eur', seller.id)).toEqual({ available: 8_500, pending: 0 });
  });

  test('may be made while the charge is pending settlement, and pays pending money', async ({ simulator, stripe }) => {
    const seller = simulator.given.account();
    const { chargeId } = simulator.given.charge({ amount: 100, currency: 'eur', funds: 'pending' });
    const params = { amount: 60, currency: 'eur', destination: seller.id };
    await expect(stripe.transfers.create(params)).rejects.toMatchObject({ code: 'balance_insufficient' });
    await stripe.transfers.create({ ...params, source_transaction: chargeId });
    expect(simulator.balance('eur')).toEqual({ available: 0, pending: 40 });
    expect(simulator.balance('eur', seller.id)).toEqual({ available: 0, pending: 60 });
  });

  test('is refused when all transfers of the charge together would exceed what is left of it', async ({
    simulator,
    stripe,
  }) => {
    const { id: destination } = simulator.given.account();
    const { chargeId } = simulator.given.charge({ amount: 10_000, currency: 'eur', amountRefunded: 1_000 });
    const params = { currency: 'eur', destination, source_transaction: chargeId };
    await stripe.transfers.create({ ...params, amount: 6_000 });
    await expect(stripe.transfers.create({ ...params, amount: 3_001 })).rejects.toMatchObject({
      type: 'StripeInvalidRequestError',
      statusCode: 400,
      message: expect.stringContaining('must not exceed the source amount of 90.00 EUR'),
    });
    await stripe.transfers.create({ ...params, amount: 3_000 });
    expect(simulator.transfers()).toHaveLength(2);
  });

  test.for([
    [{ status: 'pending' }, 'Cannot use a charge that is pending'],
    [{ status: 'failed' }, 'Cannot use a charge that is failed'],
    [{ captured: false }, 'Cannot use an uncaptured charge'],
    [{ currency: 'usd' }, "source_transaction's balance transaction (usd) must be the same"],
  ] as const)('is refused for a charge with %j', async ([charge, message], { simulator, stripe }) => {
    const { id: destination } = simulator.given.account();
    const { chargeId } = simulator.given.charge({ amount: 1_000, currency: 'eur', ...charge });
    const refused = stripe.transfers.create({ amount: 10, currency: 'eur', destination, source_transaction: chargeId });
    await expect(refused).rejects.toMatchObject({ statusCode: 400, message: expect.stringContaining(message) });
    expect(simulator.transfers()).toEqual([]);
  });

  test('joins the group of the charge, which gets one if it has none', async ({ simulator, stripe }) => {
    const { id: destination } = simulator.given.account();
    const { chargeId, paymentIntentId } = simulator.given.charge({ amount: 1_000, currency: 'eur' });
    const params = { amount: 10, currency: 'eur', destination, source_transaction: chargeId };
    const group = `group_${paymentIntentId}`;
    expect(await stripe.transfers.create(params)).toMatchObject({ transfer_group: group });
    expect(await stripe.charges.retrieve(chargeId)).toMatchObject({ transfer_group: group });
    await expect(stripe.transfers.create({ ...params, transfer_group: 'another' })).rejects.toMatchObject({
      statusCode: 400,
      param: 'transfer_group',
    });
  });
});

describe('a transfer from the balance', () => {
  test('is refused as long as the available balance does not suffice', async ({ simulator, stripe }) => {
    const { id: destination } = simulator.given.account();
    simulator.given.funds({ amount: 99, currency: 'eur' });
    simulator.given.funds({ amount: 1_000, currency: 'usd' });
    const params = { amount: 100, currency: 'eur', destination };
    await expect(stripe.transfers.create(params)).rejects.toMatchObject({ code: 'balance_insufficient' });
    simulator.given.funds({ amount: 1, currency: 'eur' });
    expect(await stripe.transfers.create(params)).toMatchObject({ source_transaction: null, transfer_group: null });
  });

  test('of a seller goes from the seller to the platform', async ({ simulator, stripe }) => {
    const { id: stripeAccount } = simulator.given.account();
    simulator.given.funds({ amount: 100, currency: 'eur', account: stripeAccount });
    const fee = { amount: 30, currency: 'eur', destination: simulator.platform.id };
    const { id } = await stripe.transfers.create(fee, { stripeAccount });
    expect(simulator.balance('eur', stripeAccount)).toEqual({ available: 70, pending: 0 });
    expect(simulator.balance('eur')).toEqual({ available: 30, pending: 0 });
    await expect(stripe.transfers.retrieve(id)).rejects.toMatchObject({ code: 'resource_missing' });
    expect(await stripe.transfers.retrieve(id, {}, { stripeAccount })).toMatchObject({ id });
    expect(simulator.transfers(stripeAccount)).toHaveLength(1);

    await expect(stripe.transfers.create({ ...fee, amount: 71 }, { stripeAccount })).rejects.toMatchObject({
      statusCode: 400,
      code: 'balance_insufficient',
    });
    expect(simulator.balance('eur', stripeAccount)).toEqual({ available: 70, pending: 0 });
  });
});

test('a destination without active transfers capability is refused', async ({ simulator, stripe }) => {
  const { id: destination } = simulator.given.account();
  simulator.given.funds({ amount: 100, currency: 'eur' });
  simulator.setCapability(destination, 'transfers', 'pending');
  await expect(stripe.transfers.create({ amount: 1, currency: 'eur', destination })).rejects.toMatchObject({
    statusCode: 400,
    code: 'insufficient_capabilities_for_transfer',
  });
});

test.for([
  [{ amount: 0 }, 'amount', 'parameter_invalid_integer'],
  [{ amount: -5 }, 'amount', 'parameter_invalid_integer'],
  [{ amount: 1.5 }, 'amount', 'parameter_invalid_integer'],
  [{ amount: undefined }, 'amount', 'parameter_missing'],
  [{ amount: 1_000_000_000_000 }, 'amount', 'amount_too_large'],
  [{ amount: 12_345, currency: 'kwd' }, 'amount', 'parameter_invalid_integer'],
  [{ amount: 12_350, currency: 'isk' }, 'amount', 'parameter_invalid_integer'],
  [{ currency: 'EUR' }, 'currency', undefined],
  [{ currency: 'xyz' }, 'currency', undefined],
  [{ destination: 'acct_unknown' }, 'destination', 'resource_missing'],
  [{ source_transaction: 'ch_unknown' }, 'source_transaction', 'resource_missing'],
  [{ destination: '' }, 'destination', 'parameter_invalid_empty'],
  [{ metadata: { key: 'x'.repeat(501) } }, 'metadata', undefined],
  [{ colour: 'red' }, 'colour', 'parameter_unknown'],
] as const)('a transfer with %j is refused, naming %s', async ([wrong, param, code], { simulator, stripe }) => {
  const { id: destination } = simulator.given.account();
  simulator.given.funds({ amount: 100_000, currency: 'eur' });
  const params = { amount: 100, currency: 'eur', destination, ...wrong } as unknown as Stripe.TransferCreateParams;
  await expect(stripe.transfers.create(params)).rejects.toMatchObject({
    type: 'StripeInvalidRequestError',
    statusCode: 400,
    param,
    code,
  });
  expect(simulator.transfers()).toEqual([]);
});

test.for([
  ['kwd', 12_340],
  ['jpy', 1_234],
  ['ugx', 500],
  ['huf', 1_045],
] as const)('an amount that %s can express is taken', async ([currency, amount], { simulator, stripe }) => {
  const { id: destination } = simulator.given.account();
  simulator.given.funds({ amount, currency });
  expect(await stripe.transfers.create({ amount, currency, destination })).toMatchObject({ amount, currency });
});

test('whatever is transferred, no money appears or disappears and no charge is overdrawn', async () => {
  const simulator = await startStripeSimulator();
  const stripe = connect(simulator);
  const destination = simulator.given.account().id;
  const attempt = fc.record({ charge: fc.nat(2), amount: fc.integer({ min: 1, max: 900 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(attempt, { maxLength: 8 }), async (attempts) => {
      const charges = [500, 1_000, 1_500].map((amount) => simulator.given.charge({ amount, currency: 'eur' }).chargeId);
      const before = total();
      for (const { charge, amount } of attempts) {
        const params = { amount, currency: 'eur', destination, source_transaction: charges[charge] ?? '' };
        await stripe.transfers.create(params).catch(() => undefined);
      }
      expect(total()).toBe(before);
      for (const id of charges) {
        const sent = simulator.transfers().filter(({ source_transaction }) => source_transaction === id);
        const charge = simulator.charges().find((known) => known.id === id);
        expect(sent.reduce((sum, { amount }) => sum + amount, 0)).toBeLessThanOrEqual(charge?.amount ?? 0);
      }
    }),
    { numRuns: 25 },
  );
  await simulator.close();

  function total(): number {
    return simulator.balance('eur').available + simulator.balance('eur', destination).available;
  }
});

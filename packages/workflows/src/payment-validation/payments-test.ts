import type { World } from '@connector/testing';
import { expect } from 'vitest';
import { capturePayment } from './capture-payment.ts';
import { followCharge } from './follow-charge.ts';
import { planCaptures } from './plan-captures.ts';

/** Under which the shop frontend names the commercial order. */
export const metadataKey = 'mirakl_commercial_order_id';

/** A round of a sweep that nobody else wants. */
export const sweep = { renew: () => Promise.resolve() };

type GivenCharge = Parameters<World['stripeSimulator']['given']['charge']>[0];

/** A payment of the commercial order that the connector has heard of: an authorisation of 100.00 EUR, unless said otherwise. */
export async function givenPayment(world: World, commercialId: string, charge: Partial<GivenCharge> = {}) {
  const made = world.stripeSimulator.given.charge({
    ...{ amount: 10_000, currency: 'eur', captured: false, metadata: { [metadataKey]: commercialId } },
    ...charge,
  });
  await followCharge({ ...world, metadataKey }, made);
  await world.queues.byName['payment-split'].drain();
  const { id } = await world.db
    .selectFrom('payment_mapping')
    .select('id')
    .where('stripe_charge_id', '=', made.chargeId)
    .executeTakeFirstOrThrow();
  return { ...made, paymentId: id };
}

/** A round over the payments that are to be captured. */
export function plan(world: World, options: { all?: boolean; validateAfterCapture?: boolean } = {}): Promise<string> {
  const { all, validateAfterCapture = false } = options;
  return planCaptures({ ...world, rules: { validateAfterCapture } }, { all }, sweep);
}

/** Carries out the jobs of captures that wait, as a worker does; gives back how each ended. */
export async function captureAll(world: World): Promise<string[]> {
  const queue = world.queues.byName['payment-validation'];
  const jobs = await queue.getWaiting();
  await queue.drain();
  const ids = jobs
    .filter(({ name }) => name === 'payment-validation.capture-payment')
    .map(({ data }) => data.paymentId);
  const outcomes: string[] = [];
  for (const paymentId of ids) outcomes.push(await capturePayment(world, { paymentId: Number(paymentId) }));
  return outcomes;
}

/** All payments that the ledger knows, the oldest first. */
export const payments = ({ db }: World) => db.selectFrom('payment_mapping').selectAll().orderBy('id').execute();

/** The payment with this id. */
export async function paymentOf(world: World, id: number) {
  return (await payments(world)).find((row) => row.id === id) ?? expect.fail(`there is no payment ${id}`);
}

/** What was captured of each charge, in minor units, in the order in which they were made. */
export const capturedAmounts = ({ stripeSimulator }: World) =>
  stripeSimulator.charges().map((charge) => charge.amount_captured);

/** The calls that have moved money, or would have. */
export const posts = ({ stripeSimulator }: World) =>
  stripeSimulator.requests().filter(({ method }) => method === 'POST');

import { expect } from 'vitest';
import { z } from 'zod';
import { get, post } from './plain-requests.ts';
import { readPublishedContract } from './published-contract.ts';
import { test } from './simulator-test.ts';
import type { StripeSimulator } from './start-stripe-simulator.ts';

const contract = readPublishedContract();
const missing = "Stripe's OpenAPI description is not in REFERENCE_DATA_DIR";

const answersAbout = { captures, refunds, reversals, payouts };

test.for([
  ['charge', 'captures', 'an authorisation'],
  ['charge', 'captures', 'a charge captured in part'],
  ['payment_intent', 'captures', 'a captured PaymentIntent'],
  ['payment_intent', 'captures', 'a canceled PaymentIntent'],
  ['payment_intent', 'captures', 'an expired PaymentIntent'],
  ['error', 'captures', 'a refused capture'],
  ['refund', 'refunds', 'a refund'],
  ['refund', 'refunds', 'a pending refund'],
  ['refund', 'refunds', 'a failed refund'],
  ['refund', 'refunds', 'an expanded refund'],
  ['error', 'refunds', 'a refused refund'],
  ['transfer_reversal', 'reversals', 'a reversal'],
  ['transfer_reversal', 'reversals', 'an expanded reversal'],
  ['transfer', 'reversals', 'a reversed transfer'],
  ['error', 'reversals', 'a refused reversal'],
  ['payout', 'payouts', 'a payout'],
  ['payout', 'payouts', 'a failed payout'],
  ['balance', 'payouts', 'a balance'],
  ['balance', 'payouts', 'an empty balance'],
  ['error', 'payouts', 'a refused payout'],
] as const)('as %s, of %s, %s is what Stripe has published', async ([schema, about, what], { simulator, skip }) => {
  if (contract === undefined) return skip(missing);
  const answer = new Map<string, object>(Object.entries(await answersAbout[about](simulator))).get(what);
  expect(contract.problems(schema, answer)).toEqual([]);
  const wrong = { id: 5, created: 'now', amount: 'much', error: [], available: {} };
  expect(contract.problems(schema, { ...answer, ...wrong })).not.toEqual([]);
});

test('the lists of refunds, reversals and payouts are what Stripe has published', async ({ simulator, skip }) => {
  if (contract === undefined) return skip(missing);
  await refunds(simulator);
  const { 'a reversed transfer': transfer } = await reversals(simulator);
  const { 'a payout': payout } = await payouts(simulator);
  const seller = simulator.accounts().find(({ id }) => simulator.payouts(id).some((own) => own.id === payout.id));
  const lists = [
    { path: '/v1/refunds', schema: 'refund' },
    { path: `/v1/transfers/${String(transfer.id)}/reversals`, schema: 'transfer_reversal' },
    { path: '/v1/payouts', schema: 'payout', of: { stripeAccount: seller?.id ?? '' } },
  ];
  for (const { path, schema, of } of lists) {
    const list = await get({ ...simulator, ...of }, path);
    expect(list).toMatchObject({ object: 'list', has_more: false, url: path });
    const data = z.array(z.unknown()).min(1).parse(list.data);
    expect(data.flatMap((item) => contract.problems(schema, item))).toEqual([]);
  }
});

async function captures(simulator: StripeSimulator) {
  const authorize = (withPaymentIntent: boolean) => {
    const charge = simulator.given.charge({ amount: 500, currency: 'eur', captured: false, withPaymentIntent });
    return { ...charge, intentPath: `/v1/payment_intents/${charge.paymentIntentId}` };
  };
  const [captured, canceled, expired] = [authorize(true), authorize(true), authorize(true)];
  simulator.expireAuthorization(expired.chargeId);
  const barePath = `/v1/charges/${authorize(false).chargeId}`;
  const reason = { cancellation_reason: 'duplicate' };
  return {
    'an authorisation': await get(simulator, barePath),
    'a charge captured in part': await post(simulator, `${barePath}/capture`, { amount: '400' }),
    'a captured PaymentIntent': await post(simulator, `${captured.intentPath}/capture`, { amount_to_capture: '300' }),
    'a canceled PaymentIntent': await post(simulator, `${canceled.intentPath}/cancel`, reason),
    'an expired PaymentIntent': await get(simulator, expired.intentPath),
    'a refused capture': await post(simulator, `${barePath}/capture`, {}),
  };
}

async function refunds(simulator: StripeSimulator) {
  const { chargeId: charge } = simulator.given.charge({ amount: 500, currency: 'eur' });
  const slow = { amount: 500, currency: 'eur', refundsBegin: 'pending' } as const;
  const refund = await post(simulator, '/v1/refunds', { charge, amount: '10', 'metadata[refund]': '1' });
  const failed = await post(simulator, '/v1/refunds', { charge: simulator.given.charge(slow).chargeId });
  simulator.settleRefund(String(failed.id), 'failed');
  const expanded = `/v1/refunds/${String(refund.id)}?expand[]=charge&expand[]=payment_intent`;
  return {
    'a refund': refund,
    'a pending refund': await post(simulator, '/v1/refunds', { charge: simulator.given.charge(slow).chargeId }),
    'a failed refund': await get(simulator, `/v1/refunds/${String(failed.id)}`),
    'an expanded refund': await get(simulator, expanded),
    'a refused refund': await post(simulator, '/v1/refunds', { charge, amount: '491' }),
  };
}

async function reversals(simulator: StripeSimulator) {
  const { id: destination } = simulator.given.account();
  simulator.given.funds({ amount: 500, currency: 'eur' });
  const transfer = await post(simulator, '/v1/transfers', { amount: '500', currency: 'eur', destination });
  const path = `/v1/transfers/${String(transfer.id)}`;
  return {
    'a reversal': await post(simulator, `${path}/reversals`, { amount: '100', 'metadata[refund]': '1' }),
    'an expanded reversal': await post(simulator, `${path}/reversals`, { amount: '1', 'expand[]': 'transfer' }),
    'a reversed transfer': await get(simulator, path),
    'a refused reversal': await post(simulator, `${path}/reversals`, { amount: '400' }),
  };
}

async function payouts(simulator: StripeSimulator) {
  const { id: stripeAccount } = simulator.given.account();
  simulator.given.funds({ amount: 500, currency: 'eur', account: stripeAccount });
  const seller = { ...simulator, stripeAccount };
  const failed = await post(seller, '/v1/payouts', { amount: '100', currency: 'eur' });
  simulator.failPayout(String(failed.id), { code: 'account_closed', message: 'The bank account has been closed' });
  return {
    'a payout': await post(seller, '/v1/payouts', { amount: '200', currency: 'eur', 'metadata[invoiceId]': '9' }),
    'a failed payout': await get(seller, `/v1/payouts/${String(failed.id)}`),
    'a balance': await get(seller, '/v1/balance'),
    'an empty balance': await get(simulator, '/v1/balance'),
    'a refused payout': await post(seller, '/v1/payouts', { amount: '501', currency: 'eur' }),
  };
}

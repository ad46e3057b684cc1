import { describe, expect, test } from 'vitest';
import { actualMovements } from './actual-movements.ts';
import { compareMovements } from './compare-movements.ts';
import { simulators } from './marketplace-test.ts';
import { bankOf, buyers, type ExpectedMovements, holdingsAfter, type Movement, movementsIn } from './movement.ts';

const move = { key: 'transfer O-1', from: 'platform', to: 'seller', amount: 85n, currency: 'eur', of: 'ch_1' };
const expected: ExpectedMovements = new Map([
  ['transfer O-1', { kind: 'move', from: 'platform', to: 'seller', amount: 85n, currency: 'eur', of: 'ch_1' }],
  ['transfer O-2', { kind: 'hold' }],
]);

describe('a comparison names', () => {
  test.each<[string, readonly Movement[], readonly string[]]>([
    ['nothing where all is well', [move], []],
    ['what is missing', [], ['transfer O-1: not made, 85 eur from platform to seller out of ch_1']],
    ['what was made twice', [move, move], ['transfer O-1: made twice']],
    [
      'what is wrong',
      [{ ...move, amount: 86n }],
      [
        'transfer O-1: 86 eur from platform to seller out of ch_1 instead of 85 eur from platform to seller out of ch_1',
      ],
    ],
    [
      'what should have waited',
      [move, { ...move, key: 'transfer O-2' }],
      ['transfer O-2: 85 eur from platform to seller out of ch_1 instead of nothing (hold)'],
    ],
    [
      'what nobody has asked for',
      [move, { ...move, key: 'refund 7' }],
      ['refund 7: 85 eur from platform to seller out of ch_1 instead of nothing'],
    ],
  ])('%s', (_, actual, differences) => {
    expect(compareMovements(expected, actual)).toMatchObject({ expected: 1, made: actual.length, differences });
  });
});

test('what each party holds is what came less what went', () => {
  const back = { ...move, key: 'reversal 1', from: 'seller', to: 'platform', amount: 5n };
  const paid = { ...move, key: 'payout 1', from: 'seller', to: bankOf('seller'), amount: 80n };
  expect(holdingsAfter([...movementsIn(expected), back, paid])).toEqual(
    new Map([
      ['platform', new Map([['eur', -80n]])],
      ['seller', new Map([['eur', 0n]])],
      ['bank of seller', new Map([['eur', 80n]])],
    ]),
  );
});

test('what the simulated Stripe holds is told as movements, and what came back is left out', async () => {
  const { stripe } = await simulators();
  const { id: seller } = stripe.given.account();
  const call = async (path: string, body: Record<string, string | number>, account?: string) => {
    const response = await fetch(`${stripe.url}/v1/${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${stripe.apiKey}`,
        'content-type': 'application/x-www-form-urlencoded',
        ...(account === undefined ? {} : { 'stripe-account': account }),
      },
      body: new URLSearchParams(body as Record<string, string>),
    });
    const object = (await response.json()) as { id: string };
    expect([response.status, object]).toMatchObject([200, { id: expect.any(String) }]);
    return object.id;
  };
  const { chargeId, paymentIntentId = '' } = stripe.given.charge({ amount: 1_000, currency: 'eur', captured: false });
  await call(`payment_intents/${paymentIntentId}/capture`, { amount_to_capture: 900 });
  const { chargeId: byHand } = stripe.given.charge({ amount: 50, currency: 'eur', amountRefunded: 20 });
  const transfer = { destination: seller, currency: 'eur', source_transaction: chargeId };
  const transferId = await call('transfers', { ...transfer, amount: 800, 'metadata[miraklId]': 'O-1' });
  const refund = { charge: chargeId, amount: 100, 'metadata[miraklRefundId]': '7' };
  stripe.settleRefund(await call('refunds', refund), 'failed');
  await call('refunds', refund);
  await call(`transfers/${transferId}/reversals`, { amount: 90, 'metadata[miraklId]': '7' });
  const fee = { 'metadata[transferType]': 'TRANSFER_SUBSCRIPTION', 'metadata[miraklId]': '5001' };
  await call('transfers', { amount: 10, currency: 'eur', destination: stripe.platform.id, ...fee }, seller);
  const payout = { amount: 700, currency: 'eur', 'metadata[invoiceId]': '5001' };
  stripe.failPayout(await call('payouts', payout, seller), { code: 'could_not_process', message: 'try again' });
  await call('payouts', payout, seller);

  const platform = stripe.platform.id;
  const moved = (key: string, amount: bigint, from: string, to: string, of?: string) => ({
    ...{ key, amount, from, to, currency: 'eur' },
    ...(of === undefined ? {} : { of }),
  });
  const movements = actualMovements(stripe);
  expect(movements).toEqual([
    moved(`capture ${chargeId}`, 900n, buyers, platform),
    moved(`release ${chargeId}`, 100n, buyers, buyers),
    moved(`capture ${byHand}`, 30n, buyers, platform),
    moved('refund 7', 100n, platform, buyers, chargeId),
    moved('transfer O-1', 800n, platform, seller, chargeId),
    moved('subscription 5001', 10n, seller, platform),
    moved('reversal 7', 90n, seller, platform, 'O-1'),
    moved('payout 5001', 700n, seller, bankOf(seller)),
  ]);
  const held = holdingsAfter(movements);
  for (const account of [platform, seller]) {
    const { available, pending } = stripe.balance('eur', account);
    expect(held.get(account)?.get('eur')).toBe(BigInt(available + pending));
  }
});

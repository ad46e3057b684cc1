import { describe, expect, test } from 'vitest';
import type { SimulatedInvoice, SimulatedProductOrder } from '../mirakl/objects.ts';
import type { GivenCharge } from '../stripe/given.ts';
import { expectedMovements } from './expected-movements.ts';
import { simulators } from './marketplace-test.ts';
import { buyers } from './movement.ts';
import { recordPurchases } from './purchases.ts';

/** A few shops with accounts, buyers who pay for one purchase, and what is expected in the end. */
async function market() {
  const { mirakl, stripe } = await simulators();
  const [a, b] = [mirakl.given.shop(), mirakl.given.shop()];
  const accounts = new Map([a, b].map(({ id }) => [id, stripe.given.account().id]));
  const platform = stripe.platform.id;
  const commercialId = 'C';
  const options = { mirakl, stripe, accountOf: (shopId: number) => accounts.get(shopId) };
  return {
    ...{ mirakl, stripe, a, b, platform, options },
    accountOf: (shop: { id: number }) => accounts.get(shop.id),
    pay(charge: Partial<GivenCharge> & { amount: number }) {
      const metadata = { mirakl_commercial_order_id: commercialId };
      return stripe.given.charge({ currency: 'eur', captured: false, metadata, ...charge }).chargeId;
    },
    order: (id: string, order: Partial<SimulatedProductOrder> = {}) =>
      mirakl.given.productOrder({ id, commercialId, shopId: a.id, ...order }),
    expected(more: object = {}) {
      const [refunds, invoices] = [mirakl.refunds(), mirakl.invoices()];
      const purchases = recordPurchases({ mirakl, stripe });
      return expectedMovements({ ...options, purchases, refunds, invoices, ...more });
    },
  };
}

const line = { id: '1', state: 'SHIPPING', total: '100.00', taxes: ['20.00'], shippingTaxes: ['1.00'] };
const waiting = { state: 'WAITING_DEBIT_PAYMENT', debited: false } as const;

describe('what is taken of an authorised payment', () => {
  test('all of it, less what a seller has refused with its taxes', async () => {
    const { pay, order, expected } = await market();
    const charge = pay({ amount: 24_200 });
    const lines = [line, { ...line, id: '2', state: 'REFUSED' }];
    order('C-A', { taxMode: 'TAX_EXCLUDED', total: '100.00', lines });
    expect(expected().get(`capture ${charge}`)).toMatchObject({ from: buyers, amount: 12_100n });
    expect(expected().get(`release ${charge}`)).toMatchObject({ from: buyers, to: buyers, amount: 12_100n });
  });

  test('less what was cancelled of a line', async () => {
    const { mirakl, pay, order, expected } = await market();
    const charge = pay({ amount: 10_000 });
    order('C-A');
    mirakl.cancelLine('C-A', 'C-A-1', { amount: '30.00', shippingAmount: '2.50' });
    expect(expected().get(`capture ${charge}`)).toMatchObject({ amount: 6_750n });
    expect(expected().get('transfer C-A')).toMatchObject({ amount: 5_250n, of: charge });
  });

  test('nothing while one of several sellers has not answered, and nothing at all if all refuse', async () => {
    const { b, mirakl, pay, order, expected } = await market();
    const charge = pay({ amount: 20_000 });
    order('C-A');
    order('C-B', { shopId: b.id, state: 'WAITING_ACCEPTANCE', debited: false });
    expect(expected().get(`capture ${charge}`)).toEqual({ kind: 'hold' });
    expect(expected().get('transfer C-A')).toEqual({ kind: 'hold' });
    const refused = [{ ...line, state: 'REFUSED' }];
    for (const id of ['C-A', 'C-B']) mirakl.changeProductOrder(id, { state: 'REFUSED', total: '0', lines: refused });
    expect(expected().has(`capture ${charge}`)).toBe(false);
    expect(expected().get(`release ${charge}`)).toMatchObject({ amount: 20_000n });
    expect(expected().get('transfer C-A')).toEqual({ kind: 'abort' });
  });

  test.each([
    ['with two cards', [9_500, 500], '0', [9_500n, 500n]],
    ['with two cards, and something is cancelled', [9_500, 500], '30.00', [7_000n, undefined]],
    ['twice', [10_000, 10_000], '0', [10_000n, undefined]],
  ] as const)('what is due, of a buyer who pays %s', async (_, paid, cancelled, taken) => {
    const { mirakl, pay, order, expected } = await market();
    const charges = paid.map((amount) => pay({ amount }));
    order('C-A');
    if (cancelled !== '0') mirakl.cancelLine('C-A', 'C-A-1', { amount: cancelled });
    const captures = charges.map((charge) => expected().get(`capture ${charge}`));
    expect(captures.map((capture) => (capture?.kind === 'move' ? capture.amount : undefined))).toEqual(taken);
  });

  test('what Mirakl waits for is paid by a live payment, not by one that was declined', async () => {
    const { stripe, pay, order, expected } = await market();
    pay({ amount: 10_000, status: 'failed' });
    order('C-A', waiting);
    expect(expected().get('transfer C-A')).toEqual({ kind: 'abort' });
    const charge = pay({ amount: 10_000 });
    expect(expected().get('transfer C-A')).toMatchObject({ amount: 8_500n, of: charge });
    stripe.changeCharge(charge, { status: 'pending' });
    expect(expected().get('transfer C-A')).toEqual({ kind: 'hold' });
  });

  test('what a service costs, once its debit is confirmed', async () => {
    const { mirakl, a, pay, expected } = await market();
    const charge = pay({ amount: 10_000 });
    mirakl.given.serviceOrder({ id: 'C-S', commercialId: 'C', shopId: a.id, state: 'WAITING_DEBIT_PAYMENT' });
    expect(expected().get(`capture ${charge}`)).toMatchObject({ amount: 10_000n });
    expect(expected().get('transfer C-S')).toMatchObject({ amount: 8_500n });
  });
});

describe('what comes back for refunds', () => {
  const refund = { amount: '50.00', taxes: ['10.00'], shippingTaxes: ['0.50'], commission: '7.50' };

  test.each([
    ['TAX_INCLUDED', 12_100, 5_000n, 4_250n, 3_250n],
    ['TAX_EXCLUDED', 12_100, 6_050n, 5_300n, 4_300n],
  ])(
    '%s: the buyer’s share, the seller’s, and that of the taxes',
    async (taxMode, amount, back, whole, withoutTaxes) => {
      const { mirakl, stripe, platform, a, accountOf, pay, order, expected } = await market();
      const charge = pay({ amount, captured: true });
      order('C-A', { taxMode, lines: [line], transactionNumber: charge });
      const { id } = mirakl.given.refund({ orderId: 'C-A', ...refund });
      expect(expected().get(`refund ${id}`)).toMatchObject({ from: platform, to: buyers, amount: back, of: charge });
      const reversal = { kind: 'move', from: accountOf(a), to: platform, currency: 'eur', of: 'C-A' };
      expect(expected().get(`reversal ${id}`)).toEqual({ ...reversal, amount: whole });
      const taxAccount = stripe.given.account().id;
      const split = expected({ taxAccount });
      expect(split.get(`reversal ${id}`)).toEqual({ ...reversal, amount: withoutTaxes });
      expect(split.get(`reversal ${id}_TAX`)).toMatchObject({ from: taxAccount, amount: 1_000n, of: 'C-A_TAX' });
    },
  );

  test('of a service with taxes included none of them', async () => {
    const { mirakl, stripe, a, pay, expected } = await market();
    const charge = pay({ amount: 10_000, captured: true });
    mirakl.given.serviceOrder({ id: 'C-S', commercialId: 'C', shopId: a.id, taxes: ['20.00'] });
    mirakl.given.debit({ orderId: 'C-S', transactionNumber: charge });
    const { id } = mirakl.given.refund({ orderId: 'C-S', amount: '50.00', taxes: ['10.00'], commission: '7.50' });
    const split = expected({ taxAccount: stripe.given.account().id });
    expect(split.get(`reversal ${id}`)).toMatchObject({ amount: 4_250n });
    expect(split.get(`reversal ${id}_TAX`)?.kind).not.toBe('move');
  });

  test('no more than was transferred, and nothing of what was not', async () => {
    const { mirakl, pay, order, expected } = await market();
    const charge = pay({ amount: 20_000, captured: true });
    order('C-A', { transactionNumber: charge });
    order('C-B', { transactionNumber: charge, payOutPsp: 'HYPERWALLET' });
    const [first, second] = ['80.00', '20.00'].map((amount) =>
      mirakl.given.refund({ orderId: 'C-A', amount, commission: '0' }),
    );
    const elsewhere = mirakl.given.refund({ orderId: 'C-B' });
    expect(expected().get(`reversal ${first?.id}`)).toMatchObject({ amount: 8_000n });
    expect(expected().get(`refund ${second?.id}`)).toMatchObject({ amount: 2_000n });
    expect(expected().get(`reversal ${second?.id}`)).toEqual({ kind: 'hold' });
    expect(expected().get(`refund ${elsewhere.id}`)).toMatchObject({ amount: 1_000n });
    expect(expected().get(`reversal ${elsewhere.id}`)).toEqual({ kind: 'hold' });
  });

  test('a seller who is paid late gets nothing of a payment that has gone back by then', async () => {
    const { a, mirakl, pay, order, expected } = await market();
    const charge = pay({ amount: 10_000, captured: true });
    order('C-A', { transactionNumber: charge });
    const { id } = mirakl.given.refund({ orderId: 'C-A', amount: '100.00', commission: '15.00' });
    expect(expected().get('transfer C-A')).toMatchObject({ amount: 8_500n });
    const late = expected({ lateShops: [a.id] });
    expect(late.get('transfer C-A')).toEqual({ kind: 'abort' });
    expect(late.get(`refund ${id}`)).toMatchObject({ amount: 10_000n });
    expect(late.get(`reversal ${id}`)).toEqual({ kind: 'abort' });
  });
});

describe('what an accounting document moves', () => {
  const fees = { subscription: '-10.00', otherInvoices: '-5.00', otherCredits: '2.00' };
  const parts = { payableOrders: '100.00', commissions: '-15.00', ...fees };

  async function outcomes(invoice: Partial<SimulatedInvoice>, more: object = {}) {
    const { mirakl, a, pay, order, expected } = await market();
    order('C-A', { transactionNumber: pay({ amount: 10_000, captured: true }) });
    const { invoiceId } = mirakl.given.invoice({ shopId: a.id, parts, ...invoice });
    const found = expected(more);
    return ['extra credits', 'subscription', 'extra invoices', 'payout'].map((kind) => {
      const outcome = found.get(`${kind} ${invoiceId}`);
      return outcome?.kind === 'move' ? outcome.amount : outcome?.kind;
    });
  }

  test.each<[string, Partial<SimulatedInvoice>, unknown[]]>([
    ['fees, credits, and what is left', {}, [200n, 1_000n, 500n, 7_200n]],
    ['nothing', { parts: { ...parts, subscription: '0' } }, [200n, 'abort', 500n, 8_200n]],
    ['what goes the other way', { parts: { ...parts, subscription: '10.00' } }, [200n, 'hold', 500n, 'hold']],
    ['more than he has', { parts: { ...parts, otherInvoices: '-90.00' } }, [200n, 1_000n, 'hold', 'abort']],
    ['a payout that is too large', { amountTransferred: '72.01' }, [200n, 1_000n, 500n, 'hold']],
    ['a part of a cent', { amountTransferred: '72.001' }, [200n, 1_000n, 500n, 'hold']],
    ['what is paid', { paymentState: 'PAID' }, ['abort', 'abort', 'abort', 'abort']],
    ['another provider’s', { payOutPsp: 'MANGOPAY' }, ['ignore', 'ignore', 'ignore', 'abort']],
    ['one by hand', { type: 'MANUAL_CREDIT' }, [undefined, undefined, undefined, undefined]],
    ['a draft', { state: 'DRAFT', invoiceId: 7 }, [undefined, undefined, undefined, undefined]],
  ])('%s', async (_, invoice, moved) => {
    expect(await outcomes(invoice)).toEqual(moved);
  });

  test('without an account what there is to be moved waits', async () => {
    const some = { parts: { ...parts, otherCredits: '0' } };
    expect(await outcomes(some, { accountOf: () => undefined })).toEqual(['abort', 'hold', 'hold', 'hold']);
  });

  test('banks know no hundredths of a forint', async () => {
    const { mirakl, stripe, a, b, accountOf, expected } = await market();
    for (const [shop, amount] of [
      [a, '123.00'],
      [b, '123.45'],
    ] as const) {
      const { chargeId } = stripe.given.charge({ amount: 20_000, currency: 'huf' });
      const sums = { total: '200.00', commission: '0', currency: 'HUF', transactionNumber: chargeId };
      mirakl.given.productOrder({ shopId: shop.id, ...sums });
      mirakl.given.invoice({ shopId: shop.id, currency: 'HUF', amountTransferred: amount });
    }
    const payouts = [...expected()].filter(([key]) => key.startsWith('payout')).map(([, outcome]) => outcome);
    expect(payouts).toMatchObject([{ from: accountOf(a), amount: 12_300n }, { kind: 'hold' }]);
  });
});

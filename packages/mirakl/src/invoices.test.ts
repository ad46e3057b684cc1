import { describe, expect } from 'vitest';
import { listInvoices } from './invoices.ts';
import { allItems, allPages, failure, test } from './mirakl-test.ts';

const since = { createdSince: '2026-11-01T00:00:00Z' };
/** Decimals as texts. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>;

describe('what a document says', () => {
  test('it is told in our words', async ({ simulator, mirakl }) => {
    const { id, billingCycleId } = simulator.given.invoice({
      ...{ invoiceId: 7, shopId: 2015, currency: 'EUR', shopModel: 'DROPSHIP', payOutPsp: 'OPERATOR' },
      ...{ state: 'GENERATED', paymentState: 'FAILED', createdAt: new Date('2026-11-02T08:00:00Z') },
    });
    const [invoice, ...others] = await allItems(listInvoices(mirakl, since));
    expect(others).toEqual([]);
    expect(invoice).toEqual({
      ...{ invoiceId: 7, uuid: id, type: 'AUTO_INVOICE', state: 'GENERATED', createdAt: '2026-11-02T08:00:00Z' },
      ...{ currency: 'EUR', shopId: 2015, shopModel: 'DROPSHIP', payOutPsp: 'OPERATOR', billingCycleId },
      ...{ paymentState: 'FAILED', summary: expect.anything() },
    });
  });

  test('its sums arrive exactly, all parts by their names', async ({ simulator, mirakl }) => {
    simulator.given.invoice({
      parts: {
        ...{ payableOrders: '1135.63', commissions: '-0.29', subscription: '-10.005' },
        ...{ otherCredits: '0.1', otherInvoices: '-0.2', purchaseTaxes: '0.010' },
      },
    });
    const [invoice] = await allItems(listInvoices(mirakl, since));
    const { parts, ...sums } = plain(invoice?.summary) as { parts: Record<string, string> };
    expect(sums).toEqual({
      ...{ amountTransferred: '1125.245', amountTransferredToOperator: '10.395' },
      ...{ totalSubscription: '-10.005', totalOtherCredits: '0.1', totalOtherInvoices: '-0.2' },
    });
    expect(Object.keys(parts)).toHaveLength(22);
    expect(Object.entries(parts).filter(([, amount]) => amount !== '0')).toEqual([
      ['total_subscription_incl_tax', '-10.005'],
      ['total_other_credits_incl_tax', '0.1'],
      ['total_other_invoices_incl_tax', '-0.2'],
      ['total_payable_orders_incl_tax', '1135.63'],
      ['total_commissions_incl_tax', '-0.29'],
      ['total_purchase_taxes', '0.01'],
    ]);
  });

  test('words that we do not know are handed on where they decide about money', async ({ simulator, mirakl }) => {
    const payment = { state: 'POSTPONED' };
    simulator.given.invoice({ raw: { type: 'WISH', state: 'SHREDDED', currency_iso_code: 'EURO', payment } });
    expect(await allItems(listInvoices(mirakl, since))).toMatchObject([
      {
        type: { unknown: 'WISH', field: 'type' },
        state: { unknown: 'SHREDDED', field: 'state' },
        currency: { unknown: 'EURO', field: 'currency_iso_code' },
        paymentState: { unknown: 'POSTPONED', field: 'payment.state' },
      },
    ]);
  });

  test('what may be missing may be null or missing', async ({ simulator, mirakl }) => {
    const gone = { id: null, shop_model: undefined, pay_out_psp_code: null, seller_billing_cycle_id: null };
    const summary = {
      ...{ amount_transferred: 1, total_subscription_incl_tax: 0 },
      ...{ total_other_credits_incl_tax: 0, total_other_invoices_incl_tax: 0, total_purchase_taxes: null },
    };
    simulator.given.invoice({ shopId: null, raw: { ...gone, payment: null, summary } });
    const [invoice] = await allItems(listInvoices(mirakl, since));
    expect(invoice).toMatchObject({
      ...{ uuid: undefined, shopId: undefined, shopModel: undefined, payOutPsp: undefined },
      ...{ billingCycleId: undefined, paymentState: undefined },
    });
    expect(plain(invoice?.summary)).toMatchObject({
      ...{ amountTransferred: '1', amountTransferredToOperator: '0' },
      parts: { total_purchase_taxes: '0', total_payable_orders_incl_tax: '0' },
    });
  });

  test('L16: one whose sums cannot be read is named by its number, and stops no other', async ({
    simulator,
    mirakl,
  }) => {
    const createdAt = new Date('2026-11-02T08:00:00Z');
    const summary = { amount_transferred: 1, total_subscription_incl_tax: 0, total_other_credits_incl_tax: 0 };
    simulator.given.invoice({ invoiceId: 1, shopId: 7, createdAt, raw: { summary } });
    simulator.given.invoice({ invoiceId: 2, shopId: 7, createdAt, raw: { summary: { amount_transferred: 'a lot' } } });
    const { id } = simulator.given.invoice({ state: 'DRAFT', shopId: 7, createdAt, raw: { summary: {} } });
    simulator.given.invoice({ invoiceId: 4, createdAt });
    const [page] = await allPages(listInvoices(mirakl, { ...since, states: ['DRAFT', 'COMPLETE'] }));
    expect(page?.items.map(({ invoiceId }) => invoiceId)).toEqual([4]);
    const known = { shopId: 7, createdAt: '2026-11-02T08:00:00Z' };
    expect(page?.unreadable.toSorted((a, b) => String(a.id).localeCompare(String(b.id)))).toEqual([
      { id: '1', field: 'summary.total_other_invoices_incl_tax', value: '(missing)', ...known },
      { id: '2', field: 'summary.amount_transferred', value: 'a lot', ...known },
      { id, field: 'summary.amount_transferred', value: '(missing)', ...known },
    ]);
  });
});

describe('which documents are listed', () => {
  test('automatic ones that are issued, and others when they are asked for', async ({ simulator, mirakl }) => {
    simulator.given.invoice({ invoiceId: 1 });
    simulator.given.invoice({ invoiceId: 2, type: 'MANUAL_CREDIT' });
    simulator.given.invoice({ state: 'DRAFT' });
    const listed = async (filter: object) =>
      (await allItems(listInvoices(mirakl, { ...since, ...filter }))).map(({ invoiceId }) => invoiceId);
    expect(await listed({})).toEqual([1]);
    expect(await listed({ type: 'ALL' })).toEqual([1, 2]);
    expect(await listed({ states: ['DRAFT'] })).toEqual([undefined]);
    expect(simulator.requests().map(({ query }) => query)).toMatchObject([
      { max: '100', sort: 'dateCreated', order: 'asc', type: 'AUTO_INVOICE', states: 'GENERATED,COMPLETE' },
      { start_date: '2026-11-01T00:00:00Z', type: 'ALL', states: 'GENERATED,COMPLETE' },
      { type: 'AUTO_INVOICE', states: 'DRAFT' },
    ]);
    const [manual] = (await allItems(listInvoices(mirakl, { ...since, type: 'ALL' }))).slice(1);
    expect(manual).toMatchObject({ type: 'MANUAL_CREDIT', summary: undefined });
  });

  test('those of one shop, with or without a date', async ({ simulator, mirakl, clock }) => {
    simulator.given.invoice({ invoiceId: 1, shopId: 7 });
    simulator.given.invoice({ invoiceId: 2, shopId: 8 });
    clock.advance(60_000);
    simulator.given.invoice({ invoiceId: 3, shopId: 7 });
    const listed = async (createdSince?: string) => {
      const date = createdSince === undefined ? {} : { createdSince };
      return (await allItems(listInvoices(mirakl, { shopId: 7, ...date }))).map(({ invoiceId }) => invoiceId);
    };
    expect(await listed()).toEqual([1, 3]);
    expect(await listed(clock.now().toISOString())).toEqual([3]);
  });

  test('those that are named, 100 a call, besides the new ones', async ({ simulator, mirakl, clock }) => {
    const older = Array.from({ length: 101 }, () => simulator.given.invoice().invoiceId ?? 0);
    clock.advance(60_000);
    const newer = simulator.given.invoice().invoiceId;
    const createdSince = clock.now().toISOString();
    const pages = await allPages(listInvoices(mirakl, { createdSince, invoiceIds: older }));
    expect(pages.map(({ items, isLast }) => [items.length, isLast])).toEqual([
      [1, false],
      [100, false],
      [1, true],
    ]);
    expect(pages[0]?.items).toMatchObject([{ invoiceId: newer }]);
    expect(simulator.requests()).toMatchObject([
      { query: { start_date: '2026-11-02T09:01:00Z' } },
      { query: { invoice_id: older.slice(0, 100).join(',') } },
      { query: { invoice_id: String(older[100]) } },
    ]);
  });

  test('all pages, and nothing for no question', async ({ simulator, mirakl }) => {
    for (let count = 0; count < 101; count += 1) simulator.given.invoice();
    const pages = await allPages(listInvoices(mirakl, since));
    expect(pages.map(({ items, totalCount }) => [items.length, totalCount])).toEqual([
      [100, 101],
      [1, 101],
    ]);
    expect(simulator.requests()).toHaveLength(2);
    expect(await allPages(listInvoices(mirakl, {}))).toEqual([]);
    expect(await allPages(listInvoices(mirakl, { invoiceIds: [] }))).toEqual([]);
    expect(simulator.requests()).toHaveLength(2);
  });

  test('no date is refused before anything is sent', async ({ simulator, mirakl }) => {
    await expect(allPages(listInvoices(mirakl, { createdSince: 'all' }))).rejects.toThrow('all');
    expect(simulator.requests()).toEqual([]);
  });

  test('an answer without the list names the field', async ({ simulator, mirakl }) => {
    simulator.faults.add({ kind: 'answer', status: 200, body: { invoices: null } });
    const error = await failure(allPages(listInvoices(mirakl, since)));
    expect(error).toMatchObject({ code: 'mirakl_unexpected_answer', operation: 'IV01' });
    expect(error.message).toContain('invoices');
  });
});

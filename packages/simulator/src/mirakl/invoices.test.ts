import { describe, expect, test } from 'vitest';
import { start } from './simulator-test.ts';

const numbersOf = (answer: Record<string, unknown>) =>
  (answer.invoices as readonly { readonly invoice_id?: number }[]).map(({ invoice_id }) => invoice_id);

describe('the sums of an accounting document', () => {
  test('its parts are emitted digit by digit and add up to what the seller is due', async () => {
    const { mirakl, request } = await start();
    mirakl.given.invoice({ parts: { payableOrders: '12.340', commissions: '-1.10', otherCredits: '0.29' } });
    const text = await (await request('/api/invoices')).text();
    expect(text).toContain('"amount_transferred":11.530,"amount_transferred_to_operator":0.81,');
    expect(text).toContain('"total_payable_orders_incl_tax":12.340,');
    expect(text).toContain('"total_commissions_incl_tax":-1.10,');
    expect(text).toContain('"total_other_credits_incl_tax":0.29,');
    expect(text).toContain('"total_purchase_taxes":0,');
  });

  test('refunds of payable and of other orders stand there once more together, and only the former count', async () => {
    const { mirakl } = await start();
    const parts = { nonPayableOrders: '40.00', refundPayableOrders: '-10.00', refundNonPayableOrders: '-4.00' };
    expect(mirakl.given.invoice({ parts })).toMatchObject({
      parts: { refundOrders: '-14.00' },
      amountTransferred: '75.00',
      amountTransferredToOperator: '15.00',
    });
  });

  test('what the seller owes is not transferred: a result below zero is carried over', async () => {
    const { mirakl } = await start();
    const parts = { payableOrders: '10.00', subscription: '-12.50', otherInvoices: '-4.00' };
    expect(mirakl.given.invoice({ parts: { ...parts, commissions: '0' } })).toMatchObject({
      amountTransferred: '0',
      amountTransferredToOperator: '16.50',
    });
  });

  test('they can be made not to add up', async () => {
    const { mirakl } = await start();
    expect(mirakl.given.invoice({ amountTransferred: '1.00' })).toMatchObject({
      parts: { payableOrders: '100.00', commissions: '-15.00' },
      amountTransferred: '1.00',
    });
  });

  test('a manual document has none', async () => {
    const { mirakl, get } = await start();
    mirakl.given.invoice({ type: 'MANUAL_INVOICE' });
    const [invoice] = (await get('/api/invoices?type=ALL')).invoices ?? [];
    expect(invoice).toMatchObject({ type: 'MANUAL_INVOICE' });
    expect(invoice).not.toHaveProperty('summary');
  });
});

describe('listing accounting documents (IV01)', () => {
  test('a document says what it is, and what has become of it', async () => {
    const { mirakl, get } = await start();
    const { name } = mirakl.given.shop({ id: 7 });
    const { id, billingCycleId } = mirakl.given.invoice({ invoiceId: 1, shopId: 7 });
    mirakl.changeInvoice(1, { paymentState: 'PAID', paymentVoucherNumber: 'V-1' });
    expect((await get('/api/invoices')).invoices).toMatchObject([
      {
        ...{ id, invoice_id: 1, type: 'AUTO_INVOICE', state: 'COMPLETE', date_created: '2026-11-01T10:00:00Z' },
        ...{ shop_id: 7, shop_name: name, shop_model: 'MARKETPLACE', pay_out_psp_code: 'OPERATOR' },
        ...{ currency_iso_code: 'EUR', seller_billing_cycle_id: billingCycleId, payment_voucher_number: 'V-1' },
        payment: { state: 'PAID' },
      },
    ]);
    expect(() => mirakl.changeInvoice(2, {})).toThrow('no 2');
  });

  test.each([
    ['', [1, 2, 5]],
    ['type=ALL', [1, 2, 3, 4, 5]],
    ['type=MANUAL_CREDIT', [4]],
    ['type=ALL&states=DRAFT', [undefined]],
    ['states=GENERATED', [2]],
    ['states=GENERATED,COMPLETE,DRAFT', [1, 2, 5, undefined]],
    ['invoice_id=1,2', [1, 2]],
    ['invoice_id=1&invoice_id=5', [1, 5]],
    ['invoice_id=3', []],
    ['shop=7', [2]],
    ['shop_operator_internal_id=internal-id-of-7', [2]],
    ['shop_model=DROPSHIP,ONE_CREDITOR', [5]],
    ['currency=USD', [2]],
    ['issuing_user_types=OPERATOR&type=ALL', [3, 4]],
    ['pay_out_psp_codes=MANGOPAY', [1]],
    ['payment_status=PAID', [5]],
    ['payment_voucher_number=V-5', [5]],
    ['start_date=2026-11-01T10:01:00.900Z', [5]],
    ['end_date=2026-11-01T10:00:00Z', [1, 2]],
    ['sort=dateCreated&order=desc', [5, 2, 1]],
    ['type=ALL&start_date=2026-11-01T10:01:00Z&states=COMPLETE', [5]],
  ])('by %s are %j', async (query, expected) => {
    const { mirakl, get, advance } = await start();
    mirakl.given.invoice({ invoiceId: 1, payOutPsp: 'MANGOPAY' });
    mirakl.given.invoice({ invoiceId: 2, shopId: 7, currency: 'USD', state: 'GENERATED' });
    mirakl.given.invoice({ invoiceId: 3, type: 'MANUAL_INVOICE', issuedBy: 'OPERATOR' });
    mirakl.given.invoice({ invoiceId: 4, type: 'MANUAL_CREDIT', issuedBy: 'OPERATOR' });
    advance(60_000);
    mirakl.given.invoice({ invoiceId: 5, shopModel: 'DROPSHIP', paymentState: 'PAID', paymentVoucherNumber: 'V-5' });
    mirakl.given.invoice({ state: 'DRAFT' });
    expect(numbersOf(await get(`/api/invoices?${query}`))).toEqual(expected);
  });

  test('by billing cycles', async () => {
    const { mirakl, get } = await start();
    const [, second] = [mirakl.given.invoice(), mirakl.given.invoice()];
    expect(numbersOf(await get(`/api/invoices?seller_billing_cycle_id=${second.billingCycleId}`))).toEqual([
      second.invoiceId,
    ]);
  });

  test.each([
    'max=101',
    'type=INVOICE',
    'states=PAID',
    'payment_status=DONE',
    'pay_out_psp_codes=STRIPE',
    'shop_model=SHOP',
    'sort=amount',
    'shop=seven',
    'shop=7,8',
    'invoice_id=1,seven',
    `invoice_id=${Array.from({ length: 101 }, (_, index) => index).join(',')}`,
    'invoice_ids=1',
    'start_date=soon',
  ])('%s is refused', async (query) => {
    const { request } = await start();
    expect((await request(`/api/invoices?${query}`)).status).toBe(400);
  });

  test('a second listing on one day is refused, its pages and listings of orders are not', async () => {
    const { request, advance } = await start({ invoicesEveryMs: 86_400_000, ordersEveryMs: 60_000 });
    const statuses = async (...paths: string[]) => {
      const found: number[] = [];
      for (const path of paths) found.push((await request(path)).status);
      return found;
    };
    expect(await statuses('/api/invoices', '/api/invoices?offset=10', '/api/orders', '/api/invoices')).toEqual([
      200, 200, 200, 429,
    ]);
    advance(60_000);
    expect(await statuses('/api/orders', '/api/invoices?invoice_id=1')).toEqual([200, 429]);
    advance(86_340_000);
    expect(await statuses('/api/invoices')).toEqual([200]);
  });
});

import { currencyOf, type Money, moneyFromMinor } from '@connector/kernel';
import { describe, expect, test } from 'vitest';
import { endpointDownMail } from './endpoint-down-mail.ts';
import { type FailedTransfer, failuresMail } from './failures-mail.ts';
import { kycRequiredMail } from './kyc-required-mail.ts';

const money = (minor: bigint, code: string): Money =>
  moneyFromMinor(minor, currencyOf(code) ?? expect.fail(`${code} is a currency`));

const difference = {
  ...{ internalId: 3, kind: 'duplicate', movement: 'transfer', miraklId: 'O-1-A', stripeId: 'tr_2' },
  ...{ ledger: money(8_500n, 'EUR'), actual: undefined, cause: 'An answer was lost.' },
};

const none = { rows: [], total: 0 };
const nothingElse = { payouts: none, refunds: none, payments: none, differences: none };
const transfer: FailedTransfer = {
  internalId: 12,
  miraklId: 'O-1-A',
  amount: money(1_999n, 'EUR'),
  status: 'TRANSFER_FAILED',
  type: 'TRANSFER_PRODUCT_ORDER',
  reason: 'Insufficient funds',
};

/** The texts of a table's cells, row by row. */
function cells(html: string): string[][] {
  const rows = html.match(/<tr>\s*<t[hd] (?:scope|valign)[\s\S]*?<\/tr>/g) ?? [];
  return rows.map((row) => [...row.matchAll(/<t[hd] [^>]*>([\s\S]*?)<\/t[hd]>/g)].map(([, text = '']) => text));
}

describe('the mail about failures', () => {
  test('has a table for each kind, in the order that operators know, with amounts in major units', () => {
    const { subject, html, text } = failuresMail({
      transfers: { rows: [transfer, { ...transfer, internalId: 13, amount: undefined, reason: undefined }], total: 2 },
      payouts: {
        rows: [
          {
            internalId: 7,
            miraklInvoiceId: 99,
            amount: money(5_000n, 'JPY'),
            status: 'PAYOUT_FAILED',
            reason: 'account_closed: The bank account has been closed',
          },
        ],
        total: 1,
      },
      refunds: {
        rows: [
          {
            miraklRefundId: 'R-1',
            miraklOrderId: 'O-2-A',
            amount: money(12_340n, 'KWD'),
            status: 'REFUND_FAILED',
            reason: 'No such charge',
          },
        ],
        total: 1,
      },
      payments: {
        rows: [
          {
            internalId: 5,
            commercialOrderId: 'O-3',
            chargeId: 'ch_1',
            amount: money(10_000n, 'EUR'),
            status: 'canceled',
            reason: 'Authorization of payment ch_1 has expired',
          },
        ],
        total: 1,
      },
      differences: { rows: [difference], total: 1 },
    });
    expect(subject).toBe('[Stripe-Mirakl] Transfer failed');
    expect(cells(html)).toEqual([
      ['Internal id', 'Mirakl id', 'Amount', 'Status', 'Type', 'Reason'],
      ['12', 'O-1-A', '19.99 EUR', 'TRANSFER_FAILED', 'TRANSFER_PRODUCT_ORDER', 'Insufficient funds'],
      ['13', 'O-1-A', '–', 'TRANSFER_FAILED', 'TRANSFER_PRODUCT_ORDER', '–'],
      ['Internal id', 'Mirakl invoice id', 'Amount', 'Status', 'Reason'],
      ['7', '99', '5000 JPY', 'PAYOUT_FAILED', 'account_closed: The bank account has been closed'],
      ['Mirakl refund id', 'Mirakl order id', 'Amount', 'Status', 'Reason'],
      ['R-1', 'O-2-A', '12.340 KWD', 'REFUND_FAILED', 'No such charge'],
      ['Internal id', 'Commercial order id', 'Charge', 'Amount', 'Status', 'Reason'],
      ['5', 'O-3', 'ch_1', '100.00 EUR', 'canceled', 'Authorization of payment ch_1 has expired'],
      ['Internal id', 'Difference', 'Of', 'Mirakl id', 'Stripe id', 'Ledger', 'Other side', 'Likely cause'],
      ['3', 'duplicate', 'transfer', 'O-1-A', 'tr_2', '85.00 EUR', '–', 'An answer was lost.'],
    ]);
    expect(text).toContain('Transfers (2)\n-------------\n\nInternal id: 12\nMirakl id: O-1-A\nAmount: 19.99 EUR\n');
    expect(text).toContain('Mirakl invoice id: 99\nAmount: 5000 JPY\n');
    expect(text).toContain('Mirakl refund id: R-1\nMirakl order id: O-2-A\nAmount: 12.340 KWD\n');
  });

  test('leaves out what has not failed', () => {
    const { html, text } = failuresMail({ transfers: { rows: [transfer], total: 1 }, ...nothingElse });
    for (const body of [html, text]) {
      expect(body).toContain('Transfers (1)');
      expect(body).not.toMatch(/Payouts|Refunds|Payments|Differences/);
    }
  });

  test('shows the first of very many and says how many more there are', () => {
    const rows = Array.from({ length: 150 }, (_, index) => ({ ...transfer, internalId: index + 1 }));
    const { html, text } = failuresMail({ transfers: { rows, total: 12_345 }, ...nothingElse });
    expect(cells(html)).toHaveLength(30);
    for (const body of [html, text]) expect(body).toContain('… and 12316 more');
    // Five such tables are to fit into what the strictest of the large mail clients shows, 102 kB.
    expect(html.length).toBeLessThan(20_400);
  });
});

test('a mail about nothing but differences does not say that something has failed', () => {
  const { subject, html, text } = failuresMail({
    ...{ transfers: none, ...nothingElse },
    differences: { rows: [difference], total: 40 },
  });
  expect(subject).toBe('[Stripe-Mirakl] Differences found');
  expect(html).not.toContain('have failed');
  expect(text).toContain('Differences (40)');
  expect(text).toContain('Mirakl id: O-1-A\nStripe id: tr_2\nLedger: 85.00 EUR\nOther side: –\n');
});

describe('the mail about accounts', () => {
  const account = { internalId: 3, accountId: 'acct_1', shopId: 2_000, status: 'PENDING_SUBMISSION' };

  test('has the columns that operators know', () => {
    const { subject, html, text } = kycRequiredMail({ accounts: [account], total: 1 });
    expect(subject).toBe('[Stripe-Mirakl] KYC Required');
    expect(cells(html)).toEqual([
      ['Internal id', 'Account id', 'Shop id', 'Status'],
      ['3', 'acct_1', '2000', 'PENDING_SUBMISSION'],
    ]);
    expect(text).toContain('Internal id: 3\nAccount id: acct_1\nShop id: 2000\nStatus: PENDING_SUBMISSION\n');
  });

  test('says what is the matter where that is known', () => {
    const { html } = kycRequiredMail({
      accounts: [{ ...account, detail: 'requirements.past_due' }, account],
      total: 2,
    });
    expect(cells(html)).toEqual([
      ['Internal id', 'Account id', 'Shop id', 'Status', 'Detail'],
      ['3', 'acct_1', '2000', 'PENDING_SUBMISSION', 'requirements.past_due'],
      ['3', 'acct_1', '2000', 'PENDING_SUBMISSION', '–'],
    ]);
  });
});

test('the mail about an endpoint that is down has its URL without secrets, the error, and the notification', () => {
  const notification = { type: 'payout.failed', payload: { internalId: 7, failedReason: null } };
  const { subject, html, text } = endpointDownMail({
    url: 'https://user:cAnArY@operator.example.com/hooks?token=cAnArY',
    error: 'The notification endpoint answered with 500',
    notification,
  });
  expect(subject).toBe('[Stripe-Mirakl] A notification error Occurred!');
  for (const body of [html, text]) {
    expect(body).toContain('operator.example.com/hooks');
    expect(body).not.toContain('cAnArY');
    expect(body).toContain('The notification endpoint answered with 500');
  }
  expect(text).toContain(JSON.stringify(notification, null, 2));
});

describe('whatever stands in a value stays a value', () => {
  const evil = `<script>alert("1")</script> & 'more'`;
  const shown = '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;more&#39;';

  test.each([
    [
      'failures',
      failuresMail({
        transfers: { rows: [{ ...transfer, reason: evil, miraklId: evil }], total: 1 },
        ...nothingElse,
      }),
    ],
    [
      'accounts',
      kycRequiredMail({
        accounts: [{ internalId: 1, accountId: evil, shopId: 1, status: evil, detail: evil }],
        total: 1,
      }),
    ],
    ['endpoint', endpointDownMail({ url: evil, error: evil, notification: { type: evil, payload: { reason: evil } } })],
  ])('%s: in HTML it is escaped, in plain text it is as it came', (_, { html, text }) => {
    expect(html).not.toContain('<script');
    expect(html).toContain(shown.slice(0, 30));
    expect(text).toContain('<script>');
  });

  test('a line break in it makes no line of its own in plain text', () => {
    const reason = 'no\n\nInternal id: 99\u2028Amount: 1.00 EUR';
    const { text } = failuresMail({
      transfers: { rows: [{ ...transfer, reason }], total: 1 },
      ...nothingElse,
    });
    expect(text).toContain('Reason: no Internal id: 99 Amount: 1.00 EUR\n');
  });
});

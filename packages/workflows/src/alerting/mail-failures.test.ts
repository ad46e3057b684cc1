import { utcTimestamp } from '@connector/database';
import { test, type World } from '@connector/testing';
import { expect } from 'vitest';
import { openMailbox } from '../notice/mailbox-test.ts';
import { mailFailures } from './mail-failures.ts';

async function mailing(world: World) {
  const { mailbox, mailer } = await openMailbox();
  return { mailbox, deps: { ...world, mailer } };
}

async function givenTransfers({ db }: World, status: string, count = 1) {
  const rows = Array.from({ length: count }, (_, index) => ({
    ...{ type: 'TRANSFER_PRODUCT_ORDER', mirakl_id: `${status}-${index}`, status, status_reason: `reason ${index}` },
    ...{ amount: 1_999n, currency: 'eur' },
  }));
  await db.insertInto('stripe_transfer').values(rows).execute();
}

test('everything that is failed is in one mail, and nothing else', async ({ world }) => {
  const { db, now } = world;
  const { mailbox, deps } = await mailing(world);
  await givenTransfers(world, 'TRANSFER_FAILED');
  await givenTransfers(world, 'TRANSFER_ON_HOLD');
  await db
    .insertInto('stripe_payout')
    .values({
      ...{ amount: 5_000n, currency: 'jpy', mirakl_invoice_id: 77, status: 'PAYOUT_FAILED' },
      ...{ status_reason: 'account_closed: gone', mirakl_created_date: utcTimestamp(now()) },
    })
    .execute();
  await db
    .insertInto('stripe_refund')
    .values({
      ...{ amount: 12_340n, currency: 'kwd', mirakl_refund_id: 'R-1', mirakl_order_id: 'O-1' },
      ...{ status: 'REFUND_FAILED', status_reason: 'No such charge' },
    })
    .execute();
  expect(await mailFailures(deps)).toBe('3 failures mailed');
  expect(mailbox.mails()).toHaveLength(1);
  const [mail] = mailbox.mails();
  expect(mail?.subject).toBe('[Stripe-Mirakl] Transfer failed');
  expect(mail?.text).toContain('Mirakl id: TRANSFER_FAILED-0\nAmount: 19.99 EUR\nStatus: TRANSFER_FAILED\n');
  expect(mail?.text).toContain('Mirakl invoice id: 77\nAmount: 5000 JPY\nStatus: PAYOUT_FAILED\n');
  expect(mail?.text).toContain('Mirakl refund id: R-1\nMirakl order id: O-1\nAmount: 12.340 KWD\n');
  expect(mail?.text).not.toContain('TRANSFER_ON_HOLD');
});

test('differences that are open are in the mail, the worst first, and no others', async ({ world }) => {
  const { mailbox, deps } = await mailing(world);
  const { db, now } = world;
  const range = { compared_from: new Date(0), compared_to: now(), started_at: now(), advanced_at: now() };
  await db.insertInto('reconciliation_run').values(range).execute();
  const difference = (kind: string, miraklId: string, resolved_at: Date | null = null) => ({
    ...{ kind, subject: miraklId, part: 'transfers', movement: 'transfer', mirakl_id: miraklId, resolved_at },
    ...{ ledger_amount: 8_500n, ledger_currency: 'EUR', listed_at: now(), last_run_id: 1 },
    ...{ first_seen_at: now(), last_seen_at: now() },
  });
  await db
    .insertInto('reconciliation_difference')
    .values([
      difference('made-by-hand', 'O-1-A'),
      { ...difference('duplicate', 'O-4-A'), accepted_at: now(), note: 'told' },
      difference('duplicate', 'O-2-A'),
      difference('duplicate', 'O-3-A', now()),
    ])
    .execute();
  expect(await mailFailures(deps)).toBe('0 failures, 2 differences mailed');
  const [mail] = mailbox.mails();
  expect(mail?.subject).toBe('[Stripe-Mirakl] Differences found');
  expect(mail?.text?.match(/^Mirakl id: .*/gm)).toEqual(['Mirakl id: O-2-A', 'Mirakl id: O-1-A']);
  expect(mail?.text).toContain('Likely cause: Stripe has it twice');
  expect(mail?.text).toContain('Ledger: 85.00 EUR');
});

test('when nothing is failed there is no mail', async ({ world }) => {
  const { mailbox, deps } = await mailing(world);
  await givenTransfers(world, 'TRANSFER_CREATED');
  expect(await mailFailures(deps)).toBe('nothing is failed');
  expect(mailbox.mails()).toEqual([]);
});

test('of very many the first are shown and all are counted', async ({ world }) => {
  const { mailbox, deps } = await mailing(world);
  await givenTransfers(world, 'TRANSFER_FAILED', 1_234);
  expect(await mailFailures(deps)).toBe('1234 failures mailed');
  expect(mailbox.mails()[0]?.text).toContain('… and 1205 more');
  expect(mailbox.mails()[0]?.text?.match(/^Mirakl id: /gm)).toHaveLength(29);
});

test('L33: with the default settings, which name no mail server, nothing is sent and nothing breaks', async ({
  world,
}) => {
  await givenTransfers(world, 'TRANSFER_FAILED');
  expect(await mailFailures({ ...world, mailer: undefined })).toBe('mail is off');
});

test('a mail server that does not take it is an error, to be tried again', async ({ world }) => {
  const { mailbox, deps } = await mailing(world);
  await givenTransfers(world, 'TRANSFER_FAILED');
  mailbox.refuseWith(550);
  await expect(mailFailures(deps)).rejects.toMatchObject({ code: 'mail_not_sent', retryable: true });
});

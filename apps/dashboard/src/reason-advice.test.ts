import { expect, test } from 'vitest';
import { adviceFor } from './reason-advice.ts';

test.for([
  ['Cannot find Stripe account for shop ID …', /no Stripe account yet/],
  ['Cannot find Stripe account for ID …', /tax account/],
  ['Payment … is not ready yet, status is succeeded (not captured)', /Waits for the buyer/],
  ['Payment … has been fully refunded', /no payment by the buyer left/],
  ["Amount … KWD cannot be expressed in Stripe's minor units", /more decimals/],
  ['Cannot find the ID of the payment to be refunded', /paid elsewhere/],
  ['Refund … is not awaited on Mirakl', /no longer lists it/],
  ['Refund … failed: lost_or_stolen_card', /sent the money back/],
  ['Refund … has yet to be validated', /once the buyer has his money/],
  ['Cannot find StripeRefund with ID …', /once the buyer has his money/],
  ['Refund … has been aborted', /keeps his share/],
  ['Payment split has to occur before the transfer can be reversed for a refund', /transfer of the order/],
  ['Transfer … has … EUR left to be reversed, … EUR are needed', /taken back from the seller already/],
  ['Amount must be positive, input was: …', /nothing to move/],
  ['Balance of shop ID … is too low: … EUR needed, … EUR available, … EUR pending', /has not settled yet/],
  ['TRANSFER_SUBSCRIPTION of invoice … is not ready yet, status is TRANSFER_FAILED', /fee or a credit/],
  ['Amount … HUF cannot be paid out: payouts must be whole amounts', /whole units/],
  ['account_closed: The bank account has been closed', /takes no payouts/],
  ['could_not_process: The bank could not process this payout', /sent the payout back/],
  ['Order … is not paid out through this connector', /Another provider/],
  ['Order is not ready yet, status is WAITING_ACCEPTANCE. The authorization expires at …', /accept or refuse/],
  ['Authorization of payment … has expired', /pay again/],
  ['Cannot find an order of commercial order …', /no order/],
  ['Cannot capture … EUR, only … EUR is authorized', /do not fit together/],
  ['More than the authorized … EUR was refused or cancelled, and … EUR is still owed', /Compare them/],
] as const)('"%s" is explained', ([reason, meaning]) => {
  expect(adviceFor('ON_HOLD', reason)).toMatch(meaning);
});

test('a reason that only looks like a known one is left to speak for itself', () => {
  const reason = 'Refund … has been abandoned';
  expect(adviceFor('ON_HOLD', reason)).toBe('');
});

test('what Stripe refused is said to be tried again', () => {
  expect(adviceFor('FAILED', 'No such destination: …')).toContain('tried again by itself');
  expect(adviceFor('to_capture', 'The bank says no')).toContain('tried again by itself');
});

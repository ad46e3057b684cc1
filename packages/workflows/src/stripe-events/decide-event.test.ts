import { describe, expect, test } from 'vitest';
import { decideEvent, type IncomingEvent, type WebhookEndpoint } from './decide-event.ts';

const decide = (endpoint: WebhookEndpoint, event: Partial<IncomingEvent>) =>
  decideEvent(
    endpoint,
    { id: 'evt_1', type: 'charge.succeeded', account: undefined, objectId: 'ch_1', object: {}, ...event },
    { metadataKey: 'mirakl_commercial_order_id' },
  );

describe('events that say that something has changed', () => {
  test.each([
    'charge.succeeded',
    'charge.updated',
    'charge.captured',
    'charge.failed',
    'charge.expired',
    'charge.refunded',
  ])('%s: the charge is looked at', (type) => {
    expect(decide('operator', { type })).toEqual({ kind: 'follow', subject: { kind: 'charge', chargeId: 'ch_1' } });
  });

  test('payment_intent.canceled: its charge is looked at', () => {
    expect(decide('operator', { type: 'payment_intent.canceled', objectId: 'pi_1' })).toEqual({
      kind: 'follow',
      subject: { kind: 'payment-intent', paymentIntentId: 'pi_1' },
    });
  });

  test.each(['refund.updated', 'refund.failed'])('%s: the refund is looked at', (type) => {
    expect(decide('operator', { type, objectId: 're_1' })).toEqual({
      kind: 'follow',
      subject: { kind: 'refund', stripeRefundId: 're_1' },
    });
  });

  test('account.updated: the account is looked at once its details are there', () => {
    const event = { type: 'account.updated', account: 'acct_1', objectId: 'acct_1' };
    expect(decide('sellers', { ...event, object: { details_submitted: true } })).toEqual({
      kind: 'follow',
      subject: { kind: 'account', accountId: 'acct_1' },
    });
    expect(decide('sellers', { ...event, object: { details_submitted: false } }).kind).toBe('ignore');
  });

  test.each(['payout.failed', 'payout.paid'])('%s: the payout of the connected account is looked at', (type) => {
    expect(decide('sellers', { type, account: 'acct_1', objectId: 'po_1' })).toEqual({
      kind: 'follow',
      subject: { kind: 'payout', payoutId: 'po_1', accountId: 'acct_1' },
    });
  });
});

describe('L6: a charge, like its refund, counts only on the endpoint of the platform and only if it is the platform’s own', () => {
  test.each([
    ['on the endpoint of connected accounts', 'sellers', undefined],
    ['of a connected account, on its endpoint', 'sellers', 'acct_1'],
    ['of a connected account, on the platform’s endpoint', 'operator', 'acct_1'],
  ] as const)('%s it is ignored', (_, endpoint, account) => {
    const text = 'Ignored: payments count on the endpoint of the platform account';
    expect(decide(endpoint, { account })).toEqual({ kind: 'ignore', text });
    const refund = { type: 'refund.updated', objectId: 're_1' };
    expect(decide(endpoint, { ...refund, account })).toEqual({ kind: 'ignore', text });
  });
});

test('L27: types that we do not handle are no error', () => {
  expect(decide('operator', { type: 'invoice.paid' })).toEqual({ kind: 'ignore', text: 'Unhandled event type' });
});

test.each(['payment_intent.created', 'payment_intent.succeeded', 'payment_intent.amount_capturable_updated'])(
  '%s, which the old connector asked for, is no longer needed',
  (type) => {
    expect(decide('operator', { type })).toEqual({ kind: 'ignore', text: `${type} is no longer needed` });
  },
);

describe('the order in the metadata', () => {
  test('that is empty is refused', () => {
    const object = { metadata: { mirakl_commercial_order_id: ' ' } };
    expect(decide('operator', { object })).toEqual({
      kind: 'refuse',
      text: 'mirakl_commercial_order_id is empty in the metadata',
    });
  });

  test('that is not there may be on the PaymentIntent', () => {
    expect(decide('operator', { object: { metadata: {} } }).kind).toBe('follow');
  });
});

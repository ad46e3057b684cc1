import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import type { ConnectorError } from '@connector/kernel';
import { describe, expect, test } from 'vitest';
import { verifyWebhook, type WebhookDelivery } from './verify-webhook.ts';

const secret = 'whsec_current_secret';
const now = new Date('2026-11-02T09:00:00.900Z');
const nowSeconds = Math.floor(now.getTime() / 1_000);

const event = {
  id: 'evt_1',
  object: 'event',
  account: 'acct_1',
  api_version: '2017-05-25',
  created: 1_793_000_000,
  data: { object: { id: 'po_1', object: 'payout', amount: 1_200 }, previous_attributes: { status: 'pending' } },
  livemode: true,
  type: 'payout.failed',
};

/** As docs.stripe.com/webhooks/signature describes it, without the SDK. */
function sign(body: string | Buffer, { by = secret, at = nowSeconds as number | string } = {}): string {
  return `t=${at},v1=${createHmac('sha256', by).update(`${at}.`).update(body).digest('hex')}`;
}

function delivery(body: unknown, change: Partial<WebhookDelivery> = {}): WebhookDelivery {
  const text = typeof body === 'string' ? body : JSON.stringify(body, undefined, 2);
  return { body: Buffer.from(text), signature: sign(text), secrets: [secret], now, ...change };
}

function failure(given: WebhookDelivery): ConnectorError {
  try {
    verifyWebhook(given);
  } catch (error) {
    return error as ConnectorError;
  }
  return expect.fail('it was taken for an event');
}

const signatureInvalid = { code: 'webhook_signature_invalid', retryable: false };
const payloadInvalid = { code: 'webhook_payload_invalid', retryable: false };

test('a signed body becomes an event in our own words', () => {
  expect(verifyWebhook(delivery(event))).toEqual({
    id: 'evt_1',
    type: 'payout.failed',
    account: 'acct_1',
    createdAt: new Date(1_793_000_000_000),
    livemode: true,
    objectId: 'po_1',
    object: { id: 'po_1', object: 'payout', amount: 1_200 },
  });
});

test('an event of the platform has no account, and one about a balance no object id', () => {
  const balance = { object: 'balance', available: [] };
  const { account: _none, ...ofPlatform } = { ...event, type: 'balance.available', data: { object: balance } };
  const verified = verifyWebhook(delivery(ofPlatform));
  expect(verified).toMatchObject({ account: undefined, objectId: undefined, object: balance });
});

describe('signatures', () => {
  test('while a secret is rolled, either of them will do, and so will several signatures', () => {
    const body = JSON.stringify(event);
    const secrets = ['whsec_new', secret];
    const byOld = sign(body);
    const byNew = sign(body, { by: 'whsec_new' });
    const ofAnother = sign(body, { by: 'whsec_other' }).replace(/^.*,/, '');
    for (const signature of [byOld, byNew, `${byNew},${byOld.replace(/^.*,/, '')},v0=abc`, `${byNew},${ofAnother}`]) {
      expect(verifyWebhook(delivery(body, { signature, secrets })).id).toBe('evt_1');
    }
  });

  const body = JSON.stringify(event);
  const hash = sign(body).replace(/^.*=/, '');
  test.for([
    ['none', undefined],
    ['an empty one', ''],
    ['no signature at all', 'Bearer x'],
    ['one with another secret', sign(body, { by: 'whsec_other' })],
    ['one of another body', sign(body.replace('1200', '9200'))],
    ['one of another moment', `t=${nowSeconds - 1},v1=${hash}`],
    ['one without its moment', `v1=${hash}`],
    ['one whose moment is no number', sign(body, { at: 'NaN' })],
    ['one of an older scheme', `t=${nowSeconds},v0=${hash}`],
    ['a shortened one', `t=${nowSeconds},v1=${hash.slice(0, -1)}`],
    ['one with letters that are no ASCII', `t=${nowSeconds},v1=${'é'.repeat(32)}`],
  ] as const)('%s is refused', ([, signature]) => {
    expect(failure(delivery(body, { signature }))).toMatchObject(signatureInvalid);
  });

  test('no secret, or an empty one, opens to nobody', () => {
    for (const secrets of [[], [''], [' ']]) {
      const signature = sign(body, { by: secrets[0] ?? '' });
      expect(failure(delivery(body, { signature, secrets }))).toMatchObject(signatureInvalid);
    }
  });

  test('one that was made up to five minutes before or after our time will do', () => {
    for (const age of [300, 0, -300]) {
      expect(verifyWebhook(delivery(body, { signature: sign(body, { at: nowSeconds - age }) })).id).toBe('evt_1');
    }
  });

  test.for([
    [301, 'The signature is 301 seconds behind our clock'],
    [-301, 'The signature is 301 seconds ahead of our clock'],
  ] as const)('one that was made %d seconds ago is refused', ([age, message]) => {
    const signature = sign(body, { at: nowSeconds - age });
    expect(failure(delivery(body, { signature }))).toMatchObject({ ...signatureInvalid, message });
  });

  test('a recorded delivery does not become younger by a moment that is put before its own', () => {
    const recorded = sign(body, { at: nowSeconds - 3_600 });
    expect(failure(delivery(body, { signature: `t=${nowSeconds},${recorded}` }))).toMatchObject(signatureInvalid);
    expect(failure(delivery(body, { signature: `${recorded},t=${nowSeconds}` }))).toMatchObject(signatureInvalid);
  });
});

describe('payloads', () => {
  const { id: _id, ...withoutId } = event;
  test.for([
    ['', 'not JSON'],
    ['no JSON', 'not JSON'],
    ['{"id":"evt_1"', 'not JSON'],
    ['null', 'the whole'],
    ['[]', 'the whole'],
    [withoutId, 'id'],
    [{ ...event, id: 5 }, 'id'],
    [{ ...event, id: 'e'.repeat(256) }, 'id'],
    [{ ...event, object: 'v2.core.event' }, 'object'],
    [{ ...event, type: undefined }, 'type'],
    [{ ...event, created: '2026-11-02' }, 'created'],
    [{ ...event, livemode: undefined }, 'livemode'],
    [{ ...event, account: { id: 'acct_1' } }, 'account'],
    [{ ...event, data: undefined }, 'data'],
    [{ ...event, data: {} }, 'data.object'],
    [{ ...event, data: { object: 'po_1' } }, 'data.object'],
  ] as const)('%j is refused for: %s', ([body, named]) => {
    const error = failure(delivery(body));
    expect(error).toMatchObject(payloadInvalid);
    expect(error.message).toContain(named);
  });

  test('a thin event is refused, although it is signed', () => {
    const thin = { id: 'evt_2', object: 'v2.core.event', type: 'v1.payout.failed', created: '2026-11-02T09:00:00Z' };
    expect(failure(delivery(thin))).toMatchObject(payloadInvalid);
  });

  test('what is neither JSON nor signed is told about the signature, not about the body', () => {
    expect(failure(delivery('garbage', { signature: sign('other') }))).toMatchObject(signatureInvalid);
  });

  test('nothing of what was sent, and no secret, is in an error', () => {
    const body = JSON.stringify({ ...event, data: { object: 'cAnArY' }, type: 7, email: 'cAnArY@example.com' });
    const wrong = { signature: 't=1,v1=cAnArY', secrets: ['whsec_cAnArY'] };
    for (const error of [failure(delivery(body)), failure(delivery(`cAnArY${body}`)), failure(delivery(body, wrong))]) {
      expect(inspect(error, { depth: null, showHidden: true })).not.toContain('cAnArY');
    }
  });
});

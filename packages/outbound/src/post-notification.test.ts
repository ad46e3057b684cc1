import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import { createTestClock } from '@connector/testing';
import { describe, expect, test } from 'vitest';
import { endpoint, failure } from './outbound-test.ts';
import { postNotification } from './post-notification.ts';

const secret = 'a secret of some length';
const body = '{"type":"payout.failed","payload":{"failedReason":"Grüße"}}';
const clock = createTestClock();

const post = (url: string, options: { secret?: string; timeoutMs?: number } = {}) => {
  const { timeoutMs } = options;
  const deps = { now: clock.now, version: '1.2.3', ...(timeoutMs === undefined ? {} : { timeoutMs }) };
  return postNotification(deps, { url, secret: options.secret, id: 'payout/7/1', body });
};

test('the body arrives to the byte, under its id, signed with the moment it was sent', async () => {
  const { url, received } = await endpoint((response) => response.writeHead(200).end());
  await post(url, { secret });
  const [call] = received;
  expect(call?.body).toBe(body);
  const seconds = clock.now().getTime() / 1_000;
  const hash = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  expect(call?.request).toMatchObject({
    method: 'POST',
    url: '/hooks?token=cAnArY',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'stripe-mirakl-connector/1.2.3',
      'x-connector-notification-id': 'payout/7/1',
      'x-connector-signature': `t=${seconds},v1=${hash}`,
    },
  });
});

test('without a secret there is no signature', async () => {
  const { url, received } = await endpoint((response) => response.writeHead(200).end());
  await post(url);
  expect(received[0]?.request.headers).not.toHaveProperty('x-connector-signature');
});

test.each([200, 201, 202, 204, 299])('%i means delivered', async (status) => {
  const { url, received } = await endpoint((response) => response.writeHead(status).end());
  await post(url);
  expect(received).toHaveLength(1);
});

describe('anything else is an error, after one call', () => {
  test.each([
    [500, 'notification_endpoint_unavailable'],
    [503, 'notification_endpoint_unavailable'],
    [429, 'notification_endpoint_unavailable'],
    [400, 'notification_refused'],
    [404, 'notification_refused'],
    [304, 'notification_refused'],
  ])('%i is %s', async (status, code) => {
    const { url, received } = await endpoint((response) => response.writeHead(status).end());
    expect(await failure(post(url))).toMatchObject({
      ...{ code, retryable: true },
      message: `The notification endpoint answered with ${status}`,
    });
    expect(received).toHaveLength(1);
  });

  test('a redirection is not followed: what is signed is for one address', async () => {
    const other = await endpoint((response) => response.writeHead(200).end());
    const { url } = await endpoint((response) => response.writeHead(307, { location: other.url }).end());
    expect(await failure(post(url, { secret }))).toMatchObject({ code: 'notification_refused' });
    expect(other.received).toEqual([]);
  });

  test('a connection that breaks off', async () => {
    const { url, received } = await endpoint((response) => response.destroy());
    expect(await failure(post(url))).toMatchObject({
      code: 'notification_endpoint_unavailable',
      message: 'The notification endpoint cannot be reached (ECONNRESET)',
    });
    expect(received).toHaveLength(1);
  });

  test('an answer that does not come in time', async () => {
    const { url } = await endpoint(() => undefined);
    expect(await failure(post(url, { timeoutMs: 200 }))).toMatchObject({
      code: 'notification_endpoint_unavailable',
      message: 'The notification endpoint cannot be reached (ETIMEDOUT)',
    });
  });

  test('nobody there', async () => {
    expect(await failure(post('http://127.0.0.1:1/'))).toMatchObject({
      message: 'The notification endpoint cannot be reached (ECONNREFUSED)',
    });
  });
});

test('an error holds nothing of what was sent or answered, and no secret', async () => {
  const { url } = await endpoint((response) => response.writeHead(500).end('internal: cAnArY'));
  const refused = await failure(post(url, { secret }));
  const unreachable = await failure(post('http://cAnArY:cAnArY@127.0.0.1:1/', { secret }));
  for (const error of [refused, unreachable]) {
    expect(inspect(error, { depth: 10 })).not.toMatch(/cAnArY|Grüße|a secret/);
  }
});

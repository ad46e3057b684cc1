import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import { createTestClock } from '@connector/testing';
import { describe, expect, test } from 'vitest';
import { failure, startOperator } from './outbound-test.ts';
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
  const operator = await startOperator();
  await post(`${operator.url}?shard=1`, { secret });
  const [call] = operator.received();
  expect(call?.rawBody).toBe(body);
  const seconds = clock.now().getTime() / 1_000;
  const hash = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  expect(call).toMatchObject({
    method: 'POST',
    query: { shard: '1' },
    headers: {
      'content-type': 'application/json',
      'user-agent': 'stripe-mirakl-connector/1.2.3',
      'x-connector-notification-id': 'payout/7/1',
      'x-connector-signature': `t=${seconds},v1=${hash}`,
    },
  });
});

test('without a secret there is no signature', async () => {
  const operator = await startOperator();
  await post(operator.url);
  expect(operator.received()[0]?.headers).not.toHaveProperty('x-connector-signature');
});

test.each([200, 201, 202, 204, 299])('%i means delivered', async (status) => {
  const operator = await startOperator({ status });
  await post(operator.url);
  expect(operator.received()).toMatchObject([{ status }]);
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
    const operator = await startOperator({ status });
    expect(await failure(post(operator.url))).toMatchObject({
      ...{ code, retryable: true },
      message: `The notification endpoint answered with ${status}`,
    });
    expect(operator.received()).toHaveLength(1);
  });

  test('a redirection is not followed: what is signed is for one address', async () => {
    const other = await startOperator();
    const operator = await startOperator({ status: 307, headers: { location: other.url } });
    expect(await failure(post(operator.url, { secret }))).toMatchObject({ code: 'notification_refused' });
    expect(other.received()).toEqual([]);
  });

  test('a connection that breaks off', async () => {
    const operator = await startOperator();
    operator.faults.add({ kind: 'cut-before-effect', times: 2 });
    expect(await failure(post(operator.url))).toMatchObject({
      code: 'notification_endpoint_unavailable',
      message: 'The notification endpoint cannot be reached (ECONNRESET)',
    });
    expect(operator.received()).toHaveLength(1);
  });

  test('an answer that does not come in time', async () => {
    const operator = await startOperator();
    operator.faults.add({ kind: 'hold' });
    expect(await failure(post(operator.url, { timeoutMs: 200 }))).toMatchObject({
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
  const operator = await startOperator({ status: 500, body: 'internal: cAnArY' });
  const refused = await failure(post(`${operator.url}?token=cAnArY`, { secret }));
  const unreachable = await failure(post('http://cAnArY:cAnArY@127.0.0.1:1/', { secret }));
  for (const error of [refused, unreachable]) {
    expect(inspect(error, { depth: 10 })).not.toMatch(/cAnArY|Grüße|a secret/);
  }
});

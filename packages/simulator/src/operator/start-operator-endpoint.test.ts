import { expect, onTestFinished, test } from 'vitest';
import { startOperatorEndpoint } from './start-operator-endpoint.ts';

async function start() {
  const operator = await startOperatorEndpoint({ clock: () => new Date('2026-11-02T09:00:00Z') });
  onTestFinished(() => operator.close());
  const post = (body: string, signal?: AbortSignal) =>
    fetch(operator.url, { method: 'POST', headers: { 'x-id': '1' }, body, ...(signal ? { signal } : {}) });
  return { operator, post };
}

test('what the operator is sent is kept to the byte', async () => {
  const { operator, post } = await start();
  const body = '{ "type": "payout.failed",\r\n "payload": {"failedReason": "Grüße"} }';
  expect((await post(body)).status).toBe(200);
  await post('no JSON');
  expect(operator.received()).toMatchObject([
    {
      method: 'POST',
      path: '/notifications',
      rawBody: body,
      json: { payload: { failedReason: 'Grüße' } },
      status: 200,
    },
    { rawBody: 'no JSON', json: undefined, at: new Date('2026-11-02T09:00:00Z'), headers: { 'x-id': '1' } },
  ]);
});

test('the endpoint answers what it is told to, and is well again', async () => {
  const { operator, post } = await start();
  operator.faults.add({ kind: 'answer', status: 503, times: 2 });
  const statuses = [];
  for (const body of ['1', '2', '3']) statuses.push((await post(body)).status);
  expect(statuses).toEqual([503, 503, 200]);
  expect(operator.received().map(({ json, fault }) => [json, fault])).toEqual([
    [1, 'answer'],
    [2, 'answer'],
    [3, undefined],
  ]);
});

test('the endpoint can be down and can hang, and what it was sent is known all the same', async () => {
  const { operator, post } = await start();
  operator.faults.add({ kind: 'cut-before-effect' });
  await expect(post('1')).rejects.toThrow('fetch failed');
  const hanging = operator.faults.add({ kind: 'hold' });
  const leaving = new AbortController();
  const silent = post('2', leaving.signal);
  await hanging.reached;
  leaving.abort();
  await expect(silent).rejects.toThrow('aborted');
  await expect.poll(() => operator.received().at(-1)?.outcome).toBe('client-gone');
  expect(operator.received()).toMatchObject([
    { json: 1, outcome: 'cut-before-effect' },
    { json: 2, status: undefined },
  ]);
});

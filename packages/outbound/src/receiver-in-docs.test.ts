import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { systemClock } from '@connector/kernel';
import { freePort } from '@connector/testing/servers';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startOperator } from './outbound-test.ts';
import { postNotification } from './post-notification.ts';

const docs = new URL('../../../docs/notifications.md', import.meta.url);
const secret = 'a secret of some length';

/** The receiver of the docs as a process of its own, which ends with the test. */
async function startReceiver() {
  const [, source = ''] = /```js\n([\s\S]*?)```/.exec(readFileSync(docs, 'utf8')) ?? [];
  const directory = mkdtempSync(join(tmpdir(), 'receiver-'));
  const file = join(directory, 'receiver.mjs');
  writeFileSync(file, source);
  const port = await freePort();
  const env = { OPERATOR_NOTIFICATION_SECRET: secret, PORT: String(port) };
  const receiver: ChildProcessByStdio<null, Readable, Readable> = spawn(process.execPath, [file], {
    ...{ env, stdio: ['ignore', 'pipe', 'pipe'] },
  });
  let output = '';
  for (const stream of [receiver.stdout, receiver.stderr]) stream.on('data', (data) => (output += String(data)));
  onTestFinished(async () => {
    receiver.kill('SIGKILL');
    await once(receiver, 'exit');
    rmSync(directory, { recursive: true });
  });
  await vi.waitFor(
    () =>
      once(
        connect(port, '127.0.0.1').on('error', () => undefined),
        'connect',
      ),
    10_000,
  );
  return { url: `http://127.0.0.1:${port}/hooks`, output: () => output };
}

/** What leaves for an endpoint, as somebody on the way sees it. */
async function recorded() {
  const operator = await startOperator();
  await postNotification({ now: systemClock, version: '1.2.3' }, { url: operator.url, secret, ...notification });
  const [{ headers, rawBody } = expect.fail('nothing was posted')] = operator.received();
  const names = ['content-type', 'x-connector-notification-id', 'x-connector-signature'];
  return { headers: Object.fromEntries(names.map((name) => [name, String(headers[name])])), body: rawBody };
}

const notification = {
  id: 'payout/7/1',
  body: JSON.stringify({
    type: 'payout.failed',
    payload: { internalId: 7, miraklShopId: 2_000, failedReason: 'account_closed: Compte fermé' },
  }),
};
const handledOnce = 'payout 7 of shop 2000 has failed: account_closed: Compte fermé\n';

describe("a receiver written from the docs alone verifies a notification's signature", () => {
  test('it takes a genuine one, and a repeat of it only once', async () => {
    const { url, output } = await startReceiver();
    const post = () => postNotification({ now: systemClock, version: '1.2.3' }, { url, secret, ...notification });
    await post();
    await post();
    await vi.waitFor(() => expect(output()).toBe(handledOnce));
  });

  test('it refuses one whose body was changed on the way', async () => {
    const { url, output } = await startReceiver();
    const { headers, body } = await recorded();
    const tampered = await fetch(url, {
      method: 'POST',
      headers,
      body: body.replace('"internalId":7', '"internalId":8'),
    });
    expect(tampered.status).toBe(400);
    const genuine = await fetch(url, { method: 'POST', headers, body });
    expect(genuine.status).toBe(204);
    await vi.waitFor(() => expect(output()).toBe(handledOnce));
  });

  test.each([
    ['one signed with another secret', { secret: 'another secret of some length' }],
    ['one without a signature', { secret: undefined }],
    ['one that was recorded ten minutes ago', { now: () => new Date(Date.now() - 600_000) }],
  ])('it refuses %s', async (_, change) => {
    const { url, output } = await startReceiver();
    const { now = systemClock, ...other } = { secret, ...change } as { now?: () => Date; secret: string | undefined };
    await expect(postNotification({ now, version: '1.2.3' }, { url, ...notification, ...other })).rejects.toMatchObject(
      {
        ...{ code: 'notification_refused', message: 'The notification endpoint answered with 400' },
      },
    );
    expect(output()).toBe('');
  });
});

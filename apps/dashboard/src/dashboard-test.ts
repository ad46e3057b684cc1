import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createMetrics } from '@connector/observability';
import type { World } from '@connector/testing';
import { onTestFinished } from 'vitest';
import { buildDashboard } from './build-dashboard.ts';

export const password = 'correct-horse-battery';

/** A dashboard over the world's ledger and queues; ends with the test. */
export async function serveDashboard(world: World) {
  const { db, queues, log, now } = world;
  const app = buildDashboard({
    db,
    queues,
    log,
    now,
    password,
    secure: false,
    checks: {},
    metrics: createMetrics('test'),
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(
    () =>
      new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  );
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const request = (path: string, init: RequestInit = {}) => fetch(`${url}${path}`, { redirect: 'manual', ...init });
  const post = (path: string, body: Record<string, string> = {}, headers: Record<string, string> = {}) =>
    request(path, { method: 'POST', body: new URLSearchParams(body), headers: { origin: url, ...headers } });
  const logIn = async () => cookiesOf(await post('/login', { password }));
  return { url, request, post, logIn };
}

/** The cookies that an answer sets, as the next request sends them. */
export function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ');
}

/** Three transfers that want a look, one of which would like to be a script. */
export async function givenTransfers({ db }: World): Promise<void> {
  const row = { type: 'TRANSFER_PRODUCT_ORDER', currency: 'eur' };
  await db
    .insertInto('stripe_transfer')
    .values([
      { ...row, mirakl_id: 'O-1-A', status: 'TRANSFER_CREATED', amount: 8_500n, transfer_id: 'tr_1' },
      {
        ...row,
        mirakl_id: 'O-2-A',
        status: 'TRANSFER_ON_HOLD',
        status_reason: 'Cannot find Stripe account for shop ID 2001',
      },
      {
        ...row,
        mirakl_id: 'O-3-A',
        status: 'TRANSFER_ON_HOLD',
        status_reason: 'Cannot find Stripe account for shop ID 2002',
      },
      {
        ...row,
        mirakl_id: 'O-4-A',
        status: 'TRANSFER_FAILED',
        amount: 100n,
        status_reason: '<script>alert()</script>',
      },
    ])
    .execute();
}

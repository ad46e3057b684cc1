import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { ConnectorError } from '@connector/kernel';
import { createMetrics } from '@connector/observability';
import { type JobName, jobCatalog, openRedis, startWorker } from '@connector/queues';
import type { World } from '@connector/testing';
import { onTestFinished } from 'vitest';
import { buildDashboard, type DashboardDeps } from './build-dashboard.ts';
import { measureState } from './measure-state.ts';

export const password = 'correct-horse-battery';

/** A dashboard over the world's ledger and queues; ends with the test. */
export async function serveDashboard(world: World, options: Partial<DashboardDeps> = {}) {
  const { db, queues, log, now } = world;
  const metrics = createMetrics('test');
  measureState(metrics, { db, queues, now });
  const app = buildDashboard({ db, queues, log, now, metrics, password, trustedProxies: [], checks: {}, ...options });
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

/** A worker on the queue of transfers whose jobs fail for good, without another try, until `mend` is called. */
export async function startFailingWorker(world: World, complaint: string) {
  let broken = true;
  const handler = () =>
    broken
      ? Promise.reject(new ConnectorError(complaint, { code: 'operation_refused', retryable: false }))
      : Promise.resolve('created');
  const names = Object.keys(jobCatalog) as JobName[];
  const handlers = Object.fromEntries(names.map((name) => [name, handler])) as Record<JobName, typeof handler>;
  const redis = await openRedis({ kind: 'single', url: world.redisUrl }, 'worker');
  const { queues, log } = world;
  const worker = startWorker('payment-split', { redis, queues, handlers, log, concurrency: 1 });
  onTestFinished(async () => {
    await worker.close(0);
    await redis.quit();
  });
  return {
    mend() {
      broken = false;
    },
  };
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

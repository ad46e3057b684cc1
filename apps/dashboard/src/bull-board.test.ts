import { createLogger } from '@connector/observability';
import { test } from '@connector/testing';
import { expect, vi } from 'vitest';
import { serveDashboard, startFailingWorker } from './dashboard-test.ts';

const transferJob = 'payment-split.send-transfer';

/** Bull Board's API as its page in the browser calls it. */
async function openBoard(...serving: Parameters<typeof serveDashboard>) {
  const { url, request, logIn } = await serveDashboard(...serving);
  const headers = { cookie: await logIn(), origin: url, 'content-type': 'application/json' };
  const change = async (method: string, path: string) =>
    (await request(`/queues/api/queues${path}`, { method, headers, body: '{}' })).status;
  const read = (path: string) => request(`/queues${path}`, { headers });
  return { change, read };
}

test('a failed job that is retried runs again and completes; then it cannot be run once more', async ({ world }) => {
  const queue = world.queues.byName['payment-split'];
  const worker = await startFailingWorker(world, 'Stripe said no');
  const first = await queue.add(transferJob, { transferId: 1 });
  await queue.add(transferJob, { transferId: 2 });
  await vi.waitFor(async () => expect(await queue.getFailedCount()).toBe(2));
  const { change } = await openBoard(world);

  worker.mend();
  expect(await change('PUT', `/payment-split/${first.id}/retry`)).toBe(204);
  await vi.waitFor(async () => expect(await first.getState()).toBe('completed'));
  expect(await queue.getFailedCount()).toBe(1);
  expect(await change('PUT', '/payment-split/retry/failed')).toBe(200);
  await vi.waitFor(async () => expect(await queue.getCompletedCount()).toBe(2));

  expect(await change('PUT', `/payment-split/${first.id}/retry`)).toBe(403);
  expect(await change('PUT', '/payment-split/retry/completed')).toBe(403);
});

test('an operator may pause and resume, and nothing that alters or drops work', async ({ world }) => {
  const { change } = await openBoard(world);
  const queue = world.queues.byName['payment-split'];
  const job = await queue.add(transferJob, { transferId: 1 });
  expect(await change('PUT', '/payment-split/pause')).toBe(200);
  expect(await queue.isPaused()).toBe(true);
  expect(await change('PUT', '/payment-split/resume')).toBe(200);
  for (const [method, path] of [
    ['PUT', '/pause'],
    ['PUT', '/payment-split/obliterate'],
    ['PUT', '/payment-split/empty'],
    ['PUT', '/payment-split/clean/failed'],
    ['PUT', '/payment-split/concurrency'],
    ['PUT', '/payment-split/rate-limit'],
    ['PUT', `/payment-split/${job.id}/clean`],
    ['PATCH', `/payment-split/${job.id}/update-data`],
    ['PATCH', `/payment-split/${job.id}/delay`],
    ['PATCH', `/payment-split/${job.id}/priority`],
    ['POST', '/payment-split/add'],
    ['PUT', '/sweeps/job-schedulers/x/remove'],
    ['PUT', '/sweeps/job-schedulers/x/run'],
    ['PATCH', '/sweeps/job-schedulers/x'],
  ] as const) {
    expect(await change(method, path), path).toBe(403);
  }
  expect(await queue.getWaitingCount()).toBe(1);
});

test('every change is logged with who made it, also a refused one', async ({ world }) => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLogger({ app: 'test', level: 'info', format: 'json', destination });
  const { change } = await openBoard(world, { log });
  await change('PUT', '/payment-split/pause');
  await change('PUT', '/payment-split/7/clean');
  const logged = lines.map((line) => JSON.parse(line) as object);
  const actor = 'operator';
  expect(logged).toMatchObject([
    { actor, msg: 'logged in' },
    { actor, msg: 'change in bull board', method: 'put', queueName: 'payment-split' },
    { actor, msg: 'change in bull board refused', method: 'put', queueName: 'payment-split', jobId: '7' },
  ]);
});

test('secrets in what a job logs or fails with are not shown', async ({ world }) => {
  const queue = world.queues.byName['payment-split'];
  await startFailingWorker(world, 'Invalid API Key sk_live_4eC39HqLyjWDarjt of jane@example.com');
  const job = await queue.add(transferJob, { transferId: 1 });
  await job.log('Bearer abcdef0123456789');
  await vi.waitFor(async () => expect(await queue.getFailedCount()).toBe(1));
  const { read } = await openBoard(world);
  const shown = await Promise.all(
    ['?activeQueue=payment-split&status=failed', `/payment-split/${job.id}`, `/payment-split/${job.id}/logs`].map(
      async (path) => (await read(`/api/queues${path}`)).text(),
    ),
  );
  expect(shown[0]).toContain('Invalid API Key sk_[hidden]');
  expect(shown[2]).toContain('[hidden]');
  expect(shown.join()).not.toMatch(/4eC39|jane@|abcdef0123/);
});

test('its page asks nothing of other sites and does not say what serves it', async ({ world }) => {
  const { read } = await openBoard(world);
  const page = await read('/');
  expect(page.headers.get('x-powered-by')).toBeNull();
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  const html = await page.text();
  expect(html).toContain('static/js/main');
  expect(html).not.toContain('https://');
});

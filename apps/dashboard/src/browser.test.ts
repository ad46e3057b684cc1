import { test } from '@connector/testing';
import { openPage } from '@connector/testing/browser';
import { expect, vi } from 'vitest';
import { givenTransfers, password, serveDashboard, startFailingWorker } from './dashboard-test.ts';

test('an operator logs in, sees what is wrong, and retries a failed job until it is done', async ({ world, skip }) => {
  const { page, complaints, overflow, picture } = await openPage(skip);
  await givenTransfers(world);

  const worker = await startFailingWorker(world, 'Stripe said no');
  const queue = world.queues.byName['payment-split'];
  await queue.add('payment-split.send-transfer', { transferId: 4 });
  await vi.waitFor(async () => expect(await queue.getFailedCount()).toBe(1));

  const { url } = await serveDashboard(world);

  await page.goto(url);
  await page.getByLabel('Operator password').fill(password);
  await picture('login');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByText('Something wants a look').waitFor();
  const cutOff =
    "[...document.querySelectorAll('.scroll')].filter((table) => table.scrollWidth > table.clientWidth).length";
  expect(await page.evaluate(cutOff)).toBe(0);
  await picture('overview-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture('overview-dark');
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await overflow()).toBe(0);
  expect(await page.evaluate(cutOff)).toBe(0);
  await picture('overview-phone');
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });

  await page.getByRole('row', { name: 'payment-split' }).getByRole('link', { name: '1', exact: true }).click();
  await page.getByText('Stripe said no').first().waitFor();
  await picture('bull-board-before-retry');
  worker.mend();
  await page.getByRole('button', { name: 'Retry all' }).click();
  await page.getByRole('button', { name: /confirm/i }).click();
  await vi.waitFor(async () => expect(await queue.getCompletedCount()).toBe(1));
  await page.getByText('Stripe said no').first().waitFor({ state: 'detached' });
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await picture('bull-board-after-retry');
  expect(await queue.getFailedCount()).toBe(0);
  expect(complaints).toEqual([]);
}, 60_000);

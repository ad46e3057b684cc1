import { existsSync, mkdirSync } from 'node:fs';
import { test } from '@connector/testing';
import { chromium, type Page } from 'playwright-core';
import { expect, onTestFinished, vi } from 'vitest';
import { givenTransfers, password, serveDashboard, startFailingWorker } from './dashboard-test.ts';

const places = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = places.find((path) => path !== undefined && existsSync(path));
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Where to leave pictures of the pages; none unless asked for. */
const pictures = process.env.SCREENSHOT_DIR;

async function picture(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
}

test('an operator logs in, sees what is wrong, and retries a failed job until it is done', async ({ world, skip }) => {
  if (executablePath === undefined) return skip('no Chromium on this machine: set CHROMIUM_PATH to one');
  await givenTransfers(world);

  const worker = await startFailingWorker(world, 'Stripe said no');
  const queue = world.queues.byName['payment-split'];
  await queue.add('payment-split.send-transfer', { transferId: 4 });
  await vi.waitFor(async () => expect(await queue.getFailedCount()).toBe(1));

  const { url } = await serveDashboard(world);
  const browser = await chromium.launch({ executablePath, args: flags });
  onTestFinished(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));

  await page.goto(url);
  await page.getByLabel('Operator password').fill(password);
  await picture(page, 'login');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByText('Something wants a look').waitFor();
  await picture(page, 'overview-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture(page, 'overview-dark');
  await page.setViewportSize({ width: 390, height: 844 });
  const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  expect(overflow).toBe(0);
  await picture(page, 'overview-phone');
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });

  await page.getByRole('row', { name: 'payment-split' }).getByRole('link', { name: '1', exact: true }).click();
  await page.getByText('Stripe said no').first().waitFor();
  await picture(page, 'bull-board-before-retry');
  worker.mend();
  await page.getByRole('button', { name: 'Retry all' }).click();
  await page.getByRole('button', { name: /confirm/i }).click();
  await vi.waitFor(async () => expect(await queue.getCompletedCount()).toBe(1));
  await page.getByText('Stripe said no').first().waitFor({ state: 'detached' });
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await picture(page, 'bull-board-after-retry');
  expect(await queue.getFailedCount()).toBe(0);
  expect(complaints).toEqual([]);
}, 60_000);

import { existsSync, mkdirSync } from 'node:fs';
import { test } from '@connector/testing';
import { chromium, type Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { serveApi, token } from '../api-test.ts';

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

/** Where to leave pictures of the page; none unless asked for. */
const pictures = process.env.SCREENSHOT_DIR;

async function picture(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
}

test('a person reads the document in a browser, and tries a call with the token', async ({ world, skip }) => {
  if (executablePath === undefined) return skip('no Chromium on this machine: set CHROMIUM_PATH to one');
  await world.db.insertInto('account_mapping').values({ mirakl_shop_id: 2_001, stripe_account_id: 'acct_1' }).execute();
  const { url } = await serveApi(world);
  const browser = await chromium.launch({ executablePath, args: flags });
  onTestFinished(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const complaints: string[] = [];
  const elsewhere: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => !request.url().startsWith(url) && elsewhere.push(request.url()));

  await page.goto(url);
  await page.getByRole('heading', { name: 'Stripe–Mirakl connector' }).waitFor();
  await picture(page, 'api-document');
  await page.getByRole('button', { name: 'Authorize' }).click();
  await page.getByLabel('Value:').fill(token);
  await page.getByRole('button', { name: 'Apply credentials' }).click();
  await page.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'GET /api/mappings List mappings' }).click();
  await page.getByRole('button', { name: 'Try it out' }).click();
  await page.getByRole('button', { name: 'Execute' }).click();
  await page.getByText('"acct_1"').first().waitFor();
  await picture(page, 'api-document-call');

  await page.setViewportSize({ width: 390, height: 844 });
  const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  await picture(page, 'api-document-phone');
  expect(overflow).toBe(0);
  expect(complaints).toEqual([]);
  expect(elsewhere.filter((address) => !address.startsWith('data:'))).toEqual([]);
}, 60_000);

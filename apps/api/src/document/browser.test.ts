import { test } from '@connector/testing';
import { openPage } from '@connector/testing/browser';
import { expect } from 'vitest';
import { serveApi, token } from '../api-test.ts';

test('a person reads the document in a browser, and tries a call with the token', async ({ world, skip }) => {
  const { page, complaints, overflow, picture } = await openPage(skip);
  await world.db.insertInto('account_mapping').values({ mirakl_shop_id: 2_001, stripe_account_id: 'acct_1' }).execute();
  const { url } = await serveApi(world);
  const elsewhere: string[] = [];
  page.on('request', (request) => !request.url().startsWith(url) && elsewhere.push(request.url()));

  await page.goto(url);
  await page.getByRole('heading', { name: 'Stripe–Mirakl connector' }).waitFor();
  await picture('api-document');
  await page.getByRole('button', { name: 'Authorize' }).click();
  await page.getByLabel('Value:').fill(token);
  await page.getByRole('button', { name: 'Apply credentials' }).click();
  await page.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'GET /api/mappings List mappings' }).click();
  await page.getByRole('button', { name: 'Try it out' }).click();
  await page.getByRole('button', { name: 'Execute' }).click();
  await page.getByText('"acct_1"').first().waitFor();
  await picture('api-document-call');

  await page.setViewportSize({ width: 390, height: 844 });
  await picture('api-document-phone');
  expect(await overflow()).toBe(0);
  expect(complaints).toEqual([]);
  expect(elsewhere.filter((address) => !address.startsWith('data:'))).toEqual([]);
}, 60_000);

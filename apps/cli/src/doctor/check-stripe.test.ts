import { loadConfig } from '@connector/config';
import { startStripeSimulator } from '@connector/simulator';
import { test } from '@connector/testing';
import { expect, onTestFinished } from 'vitest';
import { environment } from '../cli-test.ts';
import { checkStripe } from './check-stripe.ts';

test.for([
  ['sk_test_12345678', 'https://marketplace.example.com', 'a test key with what looks like a live marketplace'],
  ['rk_live_12345678', 'https://acme-preprod.mirakl.example', 'a live key with what looks like a test marketplace'],
  ['sk_live_12345678', 'https://marketplace.example.com', undefined],
  ['rk_test_12345678', 'https://acme-dev.mirakl.example', undefined],
] as const)('the key %s with the marketplace %s: %s', async ([key, marketplace, warning], { world }) => {
  const stripe = await startStripeSimulator({ apiKeys: [{ key }] });
  onTestFinished(() => stripe.close());
  const change = { STRIPE_CLIENT_SECRET: key, STRIPE_API_BASE: stripe.url, MIRAKL_HOST_NAME: marketplace };
  const findings = await checkStripe(loadConfig('cli', { ...environment(world), ...change }));
  const opens = { level: 'good', text: expect.stringContaining(`the key opens ${stripe.platform.id}`) };
  const expected = warning === undefined ? [opens] : [opens, { level: 'warning', text: warning }];
  expect(findings).toMatchObject(expected);
});

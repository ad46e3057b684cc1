import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findSecrets } from './check-secrets.ts';

function secretsIn(file: string, text: string): string[] {
  const root = mkdtempSync(join(tmpdir(), 'secrets-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  writeFileSync(join(root, file), text);
  return findSecrets(root, [file]);
}

/** So many characters as a generator gives them. Taken apart here, so that this file holds no secret. */
const random = (length: number) => 'q7Zt2LmX9vBn4KdR8sWy'.repeat(7).slice(0, length);

test.each([
  ['a key of Stripe', `sk_live_${random(24)}`],
  ['a key of Stripe', `rk_test_${random(99)}`],
  ['a webhook secret of Stripe', `whsec_${random(32)}`],
  ['a key of Mirakl', `MIRAKL_API_KEY=${['5c1f2a3b', '90de', '4f11', '8a7b', '1c2d3e4f5a6b'].join('-')}`],
  ['a private key', `${'-'.repeat(5)}BEGIN RSA PRIVATE KEY${'-'.repeat(5)}`],
  ['a private key', `${'-'.repeat(5)}BEGIN PRIVATE KEY${'-'.repeat(5)}`],
  ['a key of AWS', `AKIA${random(16).toUpperCase()}`],
  ['a key of Google', `AIza${random(35)}`],
  ['a token of GitHub', `ghp_${random(36)}`],
  ['a token of GitLab', `glpat-${random(20)}`],
  ['a token of npm', `npm_${random(36)}`],
  ['a token of Slack', `xoxb-${random(24)}`],
  ['a key of SendGrid', `SG.${random(22)}.${random(43)}`],
  ['a signed token', `eyJ${random(20)}.eyJ${random(30)}.${random(43)}`],
  ['a password in a URL', `postgres://connector:${random(16)}@db.internal/ledger`],
])('%s is found, and named without being repeated', (what, secret) => {
  const found = secretsIn('notes.md', `first line\nsecond: ${secret}\n`);
  expect(found).toEqual([`notes.md:2 looks like ${what}`]);
});

test.each([
  `sk_live_canary${random(20)}`,
  'sk_test_simulator',
  'whsec_of_the_sellers_of_this_marketplace',
  'postgres://connector:connector@127.0.0.1:5432/connector',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template in a source is what this is about
  'postgres://user:${password}@host/db',
  'npm_config_registry',
  'sk_live_[redacted]',
])('%s is a stand-in', (text) => {
  expect(secretsIn('a.ts', text)).toEqual([]);
});

test.each(['.env', '.env.production', 'server.key', 'cert.pem', 'id_ed25519', '.npmrc'])(
  'a file like %s is not to be committed',
  (file) => {
    expect(secretsIn(file, '')).toEqual([`${file} is a file for secrets`]);
  },
);

test('the sample of the variables is to be committed', () => {
  expect(secretsIn('.env.example', 'STRIPE_CLIENT_SECRET=\n')).toEqual([]);
});

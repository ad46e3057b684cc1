import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findViolations } from './check-layers.ts';

function repository(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'layers-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

test('the rules hold in this repository', () => {
  expect(findViolations(process.cwd())).toEqual([]);
});

test.each([
  ['packages/kernel/src/a.ts', "import { x } from '@connector/database';", 'kernel must not import database'],
  ['packages/workflows/src/a.ts', "import { x } from '@connector/config';", 'workflows must not import config'],
  ['packages/simulator/src/a.ts', "import type { x } from '@connector/mirakl';", 'simulator must not import mirakl'],
  ['packages/workflows/src/a/b.ts', "import {\n  sql,\n} from 'kysely';", 'kysely does not belong here'],
  ['packages/workflows/src/a.ts', "import { Queue } from 'bullmq';", 'bullmq does not belong here'],
  ['packages/simulator/src/a.ts', "import Stripe from 'stripe';", 'stripe does not belong here'],
  ['packages/mirakl/src/a.ts', 'const key = process.env.KEY;', "only an app's main.ts reads process.env"],
  ['apps/api/src/a.ts', "import { x } from '@connector/testing';", 'api must not import testing'],
  ['packages/kernel/src/a.ts', "const x = await import('pg');", 'pg does not belong here'],
  [
    'packages/stripe/src/a.ts',
    "import { x } from '../../mirakl/src/x.ts';",
    "packages/mirakl/src/x.ts goes around a package's index",
  ],
  [
    'packages/workflows/src/onboarding/a.ts',
    "import { x } from '../payment-split/index.ts';",
    'onboarding must not read payment-split',
  ],
  [
    'packages/workflows/src/sweep/a.ts',
    "import { x } from '../onboarding/index.ts';",
    'sweep must not read onboarding',
  ],
  [
    'packages/workflows/src/payment-split/a.ts',
    "import { x } from '../onboarding/shops-table.ts';",
    "packages/workflows/src/onboarding/shops-table.ts goes around a workflow's index",
  ],
])('%s with %j is a violation', (path, text, problem) => {
  expect(findViolations(repository({ [path]: `// first line\n${text}\n` }))).toEqual([`${path}:2 ${problem}`]);
});

test.each([
  ['packages/workflows/src/a/things-table.ts', "import { sql } from 'kysely';"],
  ['packages/workflows/src/payment-split/a.ts', "import { x } from '../onboarding/index.ts';"],
  ['packages/workflows/src/payment-split/a.ts', "import { x } from '../status-reason.ts';"],
  ['packages/workflows/src/index.ts', "export { x } from './onboarding/index.ts';"],
  ['packages/simulator/src/a.ts', "import type { Stripe } from 'stripe';"],
  ['apps/worker/src/main.ts', 'start(process.env);'],
  ['packages/kernel/src/a.test.ts', "import { x } from '@connector/testing';"],
])('%s with %j is fine', (path, text) => {
  expect(findViolations(repository({ [path]: text }))).toEqual([]);
});

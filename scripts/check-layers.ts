// Checks who imports whom against the table of ARCHITECTURE.md. Prints every violation with its place; exit code 1 if there
// are any. Import cycles are the linter's business.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const packagesOf: Record<string, readonly string[]> = {
  kernel: [],
  observability: ['kernel'],
  config: ['kernel'],
  database: ['kernel', 'observability'],
  mirakl: ['kernel', 'observability', 'database'],
  stripe: ['kernel', 'observability', 'database'],
  queues: ['kernel', 'observability', 'database'],
  workflows: ['kernel', 'observability', 'database', 'mirakl', 'stripe', 'queues'],
  simulator: ['kernel'],
  testing: ['kernel', 'observability', 'database', 'mirakl', 'stripe', 'queues', 'simulator'],
};
const forApps = ['kernel', 'observability', 'config', 'database', 'mirakl', 'stripe', 'queues', 'workflows'];

/** The one home of each outside library. `types`: where its types may be named. */
const ownersOf: Record<string, { code: readonly RegExp[]; types?: readonly RegExp[] }> = {
  bullmq: { code: [/^packages\/queues\//] },
  ioredis: { code: [/^packages\/(queues|testing)\//] },
  stripe: { code: [/^packages\/stripe\//], types: [/^packages\/simulator\//] },
  got: { code: [/^packages\/(mirakl|outbound)\//] },
  pg: { code: [/^packages\/(database|testing)\//] },
  kysely: { code: [/^packages\/database\//, /^packages\/workflows\/.*-table\.ts$/], types: [/^packages\/workflows\//] },
  pino: { code: [/^packages\/observability\//] },
  'prom-client': { code: [/^packages\/observability\//] },
  express: { code: [/^apps\/(api|dashboard)\//, /^packages\/simulator\//] },
  '@bull-board/api': { code: [/^apps\/dashboard\//] },
  '@bull-board/express': { code: [/^apps\/dashboard\//] },
};

const importLine = /^\s*(?:import|export)\s+(type\s)?[^'"]*?from\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]/gm;

/** What breaks the rules below this folder, a line each. */
export function findViolations(root: string): string[] {
  const files = globSync('{apps,packages}/*/src/**/*.ts', { cwd: root });
  return files.filter((file) => !/(\.test|-test|-contract)\.ts$/.test(file)).flatMap((file) => violationsIn(root, file));
}

function violationsIn(root: string, file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const lineOf = (index: number) => text.slice(0, index).split('\n').length;
  const found: string[] = [];
  for (const match of text.matchAll(importLine)) {
    const problem = problemWith(file, match[2] ?? match[3] ?? '', match[1] !== undefined);
    if (problem) found.push(`${file}:${lineOf(match.index + match[0].search(/\S/))} ${problem}`);
  }
  const environment = text.indexOf('process.env');
  if (environment >= 0 && !/^apps\/[\w-]+\/src\/main\.ts$|^packages\/testing\//.test(file)) {
    found.push(`${file}:${lineOf(environment)} only an app's main.ts reads process.env`);
  }
  return found;
}

function problemWith(file: string, imported: string, isType: boolean): string | undefined {
  const [parent = '', folder = ''] = file.split('/');
  const ours = /^@connector\/([\w-]+)/.exec(imported)?.[1];
  if (ours !== undefined) {
    const allowed = parent === 'apps' ? (folder === 'demo' ? undefined : forApps) : (packagesOf[folder] ?? []);
    return allowed && !allowed.includes(ours) ? `${folder} must not import ${ours}` : undefined;
  }
  if (imported.startsWith('.'))
    return /\/(apps|packages)\//.test(imported) ? `${imported} goes around a package's index` : undefined;
  const library = /^(@[^/]+\/[^/]+|[^/]+)/.exec(imported)?.[1] ?? '';
  const owner = ownersOf[library];
  if (!owner) return undefined;
  const homes = isType ? [...owner.code, ...(owner.types ?? [])] : owner.code;
  return homes.some((home) => home.test(file)) ? undefined : `${library} does not belong here`;
}

if (import.meta.main) {
  const violations = findViolations(process.cwd());
  for (const violation of violations) process.stderr.write(`${violation}\n`);
  process.exitCode = violations.length > 0 ? 1 : 0;
}

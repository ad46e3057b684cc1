// Checks who imports whom against the table of ARCHITECTURE.md. Prints every violation with its place; exit code 1 if there
// are any. Import cycles are the linter's business.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const packagesOf: Record<string, readonly string[]> = {
  kernel: [],
  observability: ['kernel'],
  config: ['kernel'],
  database: ['kernel', 'observability'],
  mirakl: ['kernel', 'observability', 'database'],
  stripe: ['kernel', 'observability', 'database'],
  queues: ['kernel', 'observability', 'database'],
  outbound: ['kernel', 'observability', 'database'],
  workflows: ['kernel', 'observability', 'database', 'mirakl', 'stripe', 'queues', 'outbound'],
  simulator: ['kernel'],
  testing: ['kernel', 'observability', 'database', 'mirakl', 'stripe', 'queues', 'simulator'],
};
const forApps = Object.keys(packagesOf).filter((name) => !['simulator', 'testing'].includes(name));

/** Each workflow may read those before it, through their index. Folders that are not here are common ground, and read none. */
const workflows = [
  ...['onboarding', 'kyc', 'payment-validation', 'payment-split', 'refunds', 'settlement'],
  ...['reconciliation', 'notifications', 'alerting', 'overview', 'recovery'],
];

/** The one home of each outside library. `types`: where its types may be named. */
const ownersOf: Record<string, { code: readonly RegExp[]; types?: readonly RegExp[] }> = {
  bullmq: { code: [/^packages\/queues\//] },
  ioredis: { code: [/^packages\/(queues|testing)\//] },
  stripe: { code: [/^packages\/stripe\//], types: [/^packages\/simulator\//] },
  got: { code: [/^packages\/(mirakl|outbound)\//] },
  nodemailer: { code: [/^packages\/outbound\//] },
  pg: { code: [/^packages\/(database|testing)\//] },
  kysely: { code: [/^packages\/database\//, /^packages\/workflows\/.*-table\.ts$/], types: [/^packages\/workflows\//] },
  pino: { code: [/^packages\/observability\//] },
  'prom-client': { code: [/^packages\/observability\//] },
  express: { code: [/^apps\/(api|dashboard)\//, /^packages\/simulator\//] },
  '@bull-board/api': { code: [/^apps\/dashboard\//] },
  '@bull-board/express': { code: [/^apps\/dashboard\//] },
};

const importLine =
  /^\s*(?:import|export)\s+(type\s)?[^'";]*?from\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]|\bimport\(['"]([^'"]+)['"]\)/gm;

/** What breaks the rules below this folder, a line each. */
export function findViolations(root: string): string[] {
  const files = globSync('{apps,packages}/*/src/**/*.ts', { cwd: root });
  return files
    .filter((file) => !/(\.test|-test|-contract)\.ts$/.test(file))
    .flatMap((file) => violationsIn(root, file));
}

function violationsIn(root: string, file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const lineOf = (index: number) => text.slice(0, index).split('\n').length;
  const found: string[] = [];
  for (const match of text.matchAll(importLine)) {
    const problem = problemWith(file, match[2] ?? match[3] ?? match[4] ?? '', match[1] !== undefined);
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
  if (imported.startsWith('.')) return problemInside(file, join(dirname(file), imported));
  const library = /^(@[^/]+\/[^/]+|[^/]+)/.exec(imported)?.[1] ?? '';
  const owner = ownersOf[library];
  if (!owner) return undefined;
  const homes = isType ? [...owner.code, ...(owner.types ?? [])] : owner.code;
  return homes.some((home) => home.test(file)) ? undefined : `${library} does not belong here`;
}

function problemInside(file: string, imported: string): string | undefined {
  const packageOf = (path: string) => path.split('/', 2).join('/');
  if (packageOf(file) !== packageOf(imported)) return `${imported} goes around a package's index`;
  const workflowOf = (path: string) => /^packages\/workflows\/src\/([^/]+)\//.exec(path)?.[1];
  const [from, to] = [workflowOf(file), workflowOf(imported)];
  if (from === undefined || to === undefined || from === to || !workflows.includes(to)) return undefined;
  if (!imported.endsWith('/index.ts')) return `${imported} goes around a workflow's index`;
  return workflows.indexOf(to) < workflows.indexOf(from) ? undefined : `${from} must not read ${to}`;
}

if (import.meta.main) {
  const violations = findViolations(process.cwd());
  for (const violation of violations) process.stderr.write(`${violation}\n`);
  process.exitCode = violations.length > 0 ? 1 : 0;
}

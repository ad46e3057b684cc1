// Runs a TypeScript file of this repository on a machine that may have nothing but Node 20 and npm:
//   node scripts/bootstrap.mjs <script.ts> [arguments …]
// Brings Node 24, pnpm and the packages into this checkout if they are missing, and nothing anywhere else. No dependencies,
// because it runs before there are any.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const runtime = join(root, '.runtime');
const bin = join(runtime, 'node_modules', '.bin');
const node24 = '24.21.0';

const say = (line) => process.stderr.write(`${line}\n`);

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error) => {
    say(error.message);
    process.exit(1);
  },
);

async function main([script, ...args]) {
  if (script === undefined) throw new Error('usage: node scripts/bootstrap.mjs <script.ts> [arguments …]');
  const node = bringTools();
  const env = { ...process.env, PATH: [bin, join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter) };
  bringPackages(env);
  return run(node, [join(root, script), ...args], env);
}

/** The path of a Node that runs TypeScript, and pnpm in `.runtime`. */
function bringTools() {
  const [major] = process.versions.node.split('.').map(Number);
  const pnpm = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager;
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const wanted = major >= 24 ? [pnpm] : [pnpm, `node-${platform}-${process.arch}@${node24}`];
  const stamp = join(runtime, 'installed');
  if (!isStamped(stamp, wanted.join(' '))) {
    if (major < 24)
      say(`This machine has Node ${process.versions.node}; fetching Node ${node24} and ${pnpm} into .runtime …`);
    else say(`Fetching ${pnpm} into .runtime …`);
    mkdirSync(runtime, { recursive: true });
    writeFileSync(join(runtime, 'package.json'), '{ "private": true }\n');
    const flags = ['install', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error', '--no-save'];
    insist(
      () => execute('npm', [...flags, ...wanted], { cwd: runtime }),
      'npm could not fetch them. Is the npm registry reachable?',
    );
    writeFileSync(stamp, wanted.join(' '));
  }
  return major >= 24 ? process.execPath : join(bin, 'node');
}

/** The packages of the lockfile, unless they are there already. */
function bringPackages(env) {
  const stamp = join(root, 'node_modules', '.installed');
  const wanted = fingerprint();
  if (isStamped(stamp, wanted)) return;
  say('Installing packages …');
  const install = () => execute('pnpm', ['install', '--frozen-lockfile', '--reporter=silent'], { cwd: root, env });
  insist(install, 'pnpm could not install the packages. The lines above say why.');
  writeFileSync(stamp, wanted);
}

/** Changes when what is to be installed changes. */
function fingerprint() {
  const hash = createHash('sha256').update(process.versions.node);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...manifests()]) {
    hash.update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

function manifests() {
  const folders = ['apps', 'packages'].flatMap((parent) =>
    readdirSync(join(root, parent)).map((name) => join(parent, name)),
  );
  return [...folders, 'test']
    .map((folder) => join(folder, 'package.json'))
    .filter((file) => existsSync(join(root, file)));
}

function isStamped(file, content) {
  return existsSync(file) && readFileSync(file, 'utf8') === content;
}

/** Networks fail now and then: three tries. */
function insist(attempt, advice) {
  for (let tries = 1; tries <= 3; tries += 1) if (attempt() === 0) return;
  throw new Error(advice);
}

function execute(command, args, options) {
  const { status } = spawnSync(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
    ...options,
  });
  return status ?? 1;
}

/** Runs it, hands signals on, and gives back its exit code. */
function run(command, args, env) {
  const child = spawn(command, args, { stdio: 'inherit', env });
  // A terminal sends Ctrl-C to both of us: waiting for the child is all there is to do.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}

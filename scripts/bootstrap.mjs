// Runs a TypeScript file of this repository on a machine that may have nothing but Node 20 and npm:
//   node scripts/bootstrap.mjs <script.ts> [arguments …]
// Brings Node 24, pnpm and the packages into this checkout if they are missing, and nothing anywhere else. No dependencies,
// because it runs before there are any.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const runtime = join(root, '.runtime');
const bin = join(runtime, 'node_modules', '.bin');
const machine = `${process.platform}-${process.arch}`;
/** The oldest Node that runs our TypeScript as it is; the one to fetch where it is older, and where npm has it. */
const oldestNode = { major: 24, minor: 11 };
const fetchedNode = '24.21.0';
const fetchableFor = ['linux-x64', 'linux-arm64'];
/** How long to wait before each further try: networks fail now and then. */
const pausesMs = [1_000, 5_000];

const say = (line) => process.stderr.write(`${line}\n`);

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}

async function main([script, ...args]) {
  if (script === undefined) throw new Error('usage: node scripts/bootstrap.mjs <script.ts> [arguments …]');
  if (process.platform === 'win32') throw new Error('Not on Windows itself: please use its Subsystem for Linux');
  const node = bringTools();
  const path = [bin, dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  const env = { ...process.env, PATH: path };
  bringPackages(env);
  return run(node, [join(root, script), ...args], env);
}

/** The path of a Node that runs TypeScript. Puts it, if it is missing, and pnpm into `.runtime`. */
function bringTools() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const isRecent = major > oldestNode.major || (major === oldestNode.major && minor >= oldestNode.minor);
  if (!isRecent && !fetchableFor.includes(machine)) {
    const oldest = `${oldestNode.major}.${oldestNode.minor}`;
    throw new Error(`This is Node ${process.versions.node}; needed is ${oldest} or newer: https://nodejs.org`);
  }
  const [, pnpm] = readJson(join(root, 'package.json')).packageManager.split('@');
  const wanted = isRecent ? { pnpm } : { pnpm, [`node-${machine}`]: fetchedNode };

  const isThere = ([name, version]) =>
    readJson(join(runtime, 'node_modules', name, 'package.json')).version === version;
  if (!Object.entries(wanted).every(isThere)) {
    const tools = isRecent ? `pnpm ${pnpm}` : `Node ${fetchedNode} and pnpm ${pnpm}`;
    say(`This is Node ${process.versions.node}. Fetching ${tools} from npm into .runtime …`);
    mkdirSync(runtime, { recursive: true });
    const manifest = join(runtime, 'package.json');
    const dependencies = { ...readJson(manifest).dependencies, ...wanted };
    writeFileSync(manifest, JSON.stringify({ private: true, allowScripts: { pnpm: true }, dependencies }));
    const flags = ['--prefix', runtime, '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
    insist('npm', ['install', ...flags], process.env);
  }
  return isRecent ? process.execPath : join(bin, 'node');
}

/** Installs the packages of the lockfile, unless that was done before. */
function bringPackages(env) {
  const stamp = join(root, 'node_modules', '.installed');
  const wanted = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('Installing the packages of pnpm-lock.yaml …');
  insist('pnpm', ['install', '--frozen-lockfile', '--config.confirmModulesPurge=false'], env);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

/** Changes when what is to be installed changes. */
function fingerprint() {
  const hash = createHash('sha256').update(machine);
  const folders = ['apps', 'packages']
    .filter((parent) => existsSync(join(root, parent)))
    .flatMap((parent) => readdirSync(join(root, parent)).map((name) => join(parent, name)));
  const manifests = ['', 'test', ...folders].map((folder) => join(folder, 'package.json'));
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests]) {
    if (existsSync(join(root, file))) hash.update(file).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

/** What the file holds; an empty object if there is no such file. */
function readJson(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/** Runs a command without a word, but for its own words if it fails in the end. */
function insist(command, args, env) {
  for (let tries = 0; ; tries += 1) {
    const { status, error, stdout, stderr } = spawnSync(command, args, { cwd: root, env, encoding: 'utf8' });
    if (status === 0) return;
    if (error) throw new Error(`${command} cannot be run: ${error.message}. It comes with Node: https://nodejs.org`);
    const words = `${stdout}${stderr}`;
    const pauseMs = words.includes('OUTDATED_LOCKFILE') ? undefined : pausesMs[tries];
    if (pauseMs === undefined) throw new Error(`${words}${command} install failed: the lines above say why.`);
    say(`${command} install failed; trying again …`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
  }
}

/** Runs a program, hands signals on to it, and gives back its exit code. */
function run(command, args, env) {
  const child = spawn(command, args, { stdio: 'inherit', env });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGINT', () => {
    // A terminal sends Ctrl-C to both of us; a second one would mean impatience.
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

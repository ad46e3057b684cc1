import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import repository from '../package.json' with { type: 'json' };

const { packageManager, type } = repository;
const lockfile = "lockfileVersion: '9.0'\n\nimporters:\n\n  .: {}\n";

/** A small repository that was never used, but for the tools: those are this repository's. */
function freshRepository(script: string): string {
  const root = mkdtempSync(join(tmpdir(), 'bootstrap-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'scripts'));
  cpSync('scripts/bootstrap.mjs', join(root, 'scripts/bootstrap.mjs'));
  if (existsSync('.runtime')) symlinkSync(join(process.cwd(), '.runtime'), join(root, '.runtime'));
  const files = {
    'package.json': JSON.stringify({ private: true, type, packageManager }),
    'pnpm-workspace.yaml': 'pmOnFail: ignore\n',
    'pnpm-lock.yaml': lockfile,
    'scripts/script.ts': script,
  };
  for (const [file, content] of Object.entries(files)) writeFileSync(join(root, file), content);
  return root;
}

function start(root: string, ...args: string[]) {
  const child = spawn(process.execPath, [join(root, 'scripts/bootstrap.mjs'), 'scripts/script.ts', ...args]);
  return { child, ended: once(child, 'close') as Promise<[number | null]> };
}

async function bootstrap(root: string, ...args: string[]) {
  const { child, ended } = start(root, ...args);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { stdout, stderr, code };
}

test('a script of a fresh checkout runs with its arguments, and its exit code is ours', async () => {
  const root = freshRepository('process.stdout.write(process.argv.slice(2).join()); process.exitCode = 7;');
  expect(await bootstrap(root, '--exit', 'two words')).toEqual({
    stdout: '--exit,two words',
    stderr: expect.stringContaining('Installing the packages'),
    code: 7,
  });
});

test('the second run has nothing to say, until the manifests change', async () => {
  const root = freshRepository('export {};');
  await bootstrap(root);
  expect(await bootstrap(root)).toEqual({ stdout: '', stderr: '', code: 0 });

  writeFileSync(join(root, 'pnpm-lock.yaml'), `${lockfile}\n`);
  expect(await bootstrap(root)).toMatchObject({ stderr: expect.stringContaining('Installing'), code: 0 });
});

test('packages that cannot be installed are a failure with the words of pnpm', async () => {
  const root = freshRepository('export {};');
  const manifest = { private: true, type, packageManager, dependencies: { zod: '4.6.7' } };
  writeFileSync(join(root, 'package.json'), JSON.stringify(manifest));
  expect(await bootstrap(root)).toMatchObject({
    stderr: expect.stringContaining('"frozen-lockfile" because pnpm-lock.yaml is not up'),
    code: 1,
  });
});

test.each(['SIGTERM', 'SIGINT'] as const)('%s reaches the script, which ends as it likes', async (signal) => {
  const root = freshRepository(`
    process.on('${signal}', () => process.exit(3));
    setInterval(() => undefined, 1_000);
    console.log('running');`);
  const { child, ended } = start(root);
  await once(createInterface(child.stdout), 'line');
  child.kill(signal);
  expect(await ended).toEqual([3, null]);
});

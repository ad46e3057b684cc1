// What `npm test` runs: the checks of the repository, then all tests. Arguments go to vitest.
import { spawn } from 'node:child_process';
import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

type Report = { numPassedTests: number; numFailedTests: number; numPendingTests: number; numTodoTests: number };

process.exitCode = (await check()) || (await runTests(process.argv.slice(2)));

function check(): Promise<number> {
  return run('Checks: format, lint, types, dead code, layers, secrets, lockfile', 'pnpm', ['check']);
}

async function runTests(args: readonly string[]): Promise<number> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'connector-tests-'));
  const file = join(folder.path, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const code = await run('Tests', 'vitest', ['run', ...reporters, ...args]);
  const report = await readFile(file, 'utf8').catch(() => undefined);
  if (report !== undefined) process.stdout.write(`\n${closingLine(JSON.parse(report) as Report, code)}\n`);
  return code;
}

function closingLine(report: Report, code: number): string {
  // A file that cannot be loaded is a failure without a failed test.
  const failed = Math.max(report.numFailedTests, code === 0 ? 0 : 1);
  return `${report.numPassedTests} passed, ${failed} failed, ${report.numPendingTests + report.numTodoTests} skipped`;
}

/** Runs a program, hands signals on to it, and gives back its exit code. */
function run(title: string, command: string, args: readonly string[]): Promise<number> {
  process.stderr.write(`\n— ${title}\n`);
  const child = spawn(command, args, { stdio: 'inherit' });
  const terminate = () => child.kill('SIGTERM');
  const interrupt = () => {
    // A terminal sends Ctrl-C to both of us.
    if (!process.stdin.isTTY) child.kill('SIGINT');
  };
  process.on('SIGTERM', terminate).on('SIGINT', interrupt);
  return new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  }).finally(() => process.off('SIGTERM', terminate).off('SIGINT', interrupt));
}

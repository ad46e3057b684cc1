// What `npm test` runs: the checks of the repository, then all tests. Arguments go to vitest.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

function run(title: string, command: string, args: readonly string[]): number {
  process.stderr.write(`\n— ${title}\n`);
  return spawnSync(command, args, { stdio: 'inherit' }).status ?? 1;
}

const checked = run('checks: format, lint, types, dead code, layers', 'pnpm', ['check']);
if (checked !== 0) process.exit(checked);

const folder = mkdtempSync(join(tmpdir(), 'connector-tests-'));
const report = join(folder, 'report.json');
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
const tested = run('tests', 'vitest', ['run', ...reporters, ...process.argv.slice(2)]);
try {
  const counts = JSON.parse(readFileSync(report, 'utf8')) as Record<string, number>;
  const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0 } = counts;
  process.stdout.write(`\n${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped\n`);
} catch {
  process.stderr.write('the tests left no report\n');
}
rmSync(folder, { recursive: true, force: true });
process.exit(tested);

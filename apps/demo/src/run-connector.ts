import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Runs the command line `connector` with these words; rejects with what it says when it fails. */
export type RunConnector = (...words: readonly string[]) => Promise<void>;

/** The command line with this environment, and no other: whatever `.env` may lie around. */
export function createRunConnector(env: Readonly<Record<string, string>>): RunConnector {
  const main = fileURLToPath(new URL('../../cli/src/main.ts', import.meta.url));
  return async (...words) => {
    await promisify(execFile)(process.execPath, [main, ...words], { env, cwd: tmpdir() });
  };
}

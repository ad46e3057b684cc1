import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startGuard } from './start-guard.ts';

export type AppName = 'scheduler' | 'worker' | 'api' | 'dashboard';

export type AppOptions = {
  /** The whole environment of the process, but for what Node itself needs. */
  readonly env: Readonly<Record<string, string>>;
  /** Told every line that the app writes. */
  readonly log?: (line: string) => void;
};

/** An app of ours as its own process. */
export type RunningApp = {
  readonly pid: number;
  /** Where it answers `/healthz`, `/readyz` and `/metrics`. */
  readonly port: number;
  /** Every line that it has written, for tests to look at. */
  readonly lines: readonly string[];
  /** Asks it to stop, waits until it has, and gives back its exit code. */
  stop(): Promise<number | null>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
};

const startTimeoutMs = 20_000;

/**
 * Starts one of our apps as a user would, and waits until it says that it is ready. Throws with what it wrote if it is not.
 * It has a process group of its own, so that Ctrl-C in a terminal leaves stopping it to us, and ends with us however we end.
 */
export async function startApp(name: AppName, { env, log }: AppOptions): Promise<RunningApp> {
  const main = fileURLToPath(new URL(`../../../apps/${name}/src/main.ts`, import.meta.url));
  const { PATH = '', HOME = '' } = process.env;
  const directory = mkdtempSync(join(tmpdir(), 'connector-app-'));
  const guard = startGuard(directory);
  const child = spawn(process.execPath, [main], {
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  if (child.pid !== undefined) guard.watch(child.pid);
  const exited = once(child, 'exit').then(async () => {
    await guard.release();
    rmSync(directory, { recursive: true, force: true });
  });
  const lines: string[] = [];
  const ready = Promise.withResolvers<number>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      log?.(line);
      const port = portIn(line);
      if (port !== undefined) ready.resolve(port);
    });
  }
  const complain = (what: string) => ready.reject(new Error(`${name} ${what}:\n${lines.slice(-20).join('\n')}`));
  child.once('exit', (code) => complain(`ended with ${code}`));
  const timer = setTimeout(() => complain('was not ready in time'), startTimeoutMs);
  try {
    const port = await ready.promise;
    return { pid: child.pid ?? 0, port, lines, ...ending(child, exited) };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function ending(child: ChildProcess, exited: Promise<void>): Pick<RunningApp, 'stop' | 'kill'> {
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await exited;
  };
  return {
    async stop() {
      await end('SIGTERM');
      return child.exitCode;
    },
    kill: () => end('SIGKILL'),
  };
}

/** Every app says `ready` with its port when it is. */
function portIn(line: string): number | undefined {
  if (!line.includes('"msg":"ready"')) return undefined;
  const { port } = JSON.parse(line) as { port?: number };
  return port;
}

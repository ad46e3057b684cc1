import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ConnectorError } from '@connector/kernel';

export type ServerCommand = {
  /** For messages: `PostgreSQL`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The name under which the program is called, where that decides what it does. */
  readonly argv0?: string;
  /** Whom the process runs as, if not as us. */
  readonly owner?: ProcessOwner | undefined;
  /** The server takes connections as soon as it prints a line with this. */
  readonly readyText: string;
};

export type ProcessOwner = { readonly uid: number; readonly gid: number };

export type ServerProcess = {
  readonly pid: number;
  /** Asks the process to end and waits for it; ends it by force after 10 seconds. */
  stop(): Promise<void>;
  /** Ends the process as a crash would. */
  kill(): Promise<void>;
};

const readyTimeoutMs = 30_000;
const stopTimeoutMs = 10_000;

type StartOptions = ServerCommand & {
  readonly directory: string;
  readonly log?: ((line: string) => void) | undefined;
  /** Told the process id as soon as there is one, long before the server is ready. */
  readonly onSpawn: (pid: number) => void;
};

/**
 * A server process that takes connections. It leads a process group of its own: Ctrl-C on the terminal reaches us and not
 * the server, so that whoever uses it can end first. Throws `server_not_started` with the server's last words.
 */
export async function startServerProcess(options: StartOptions): Promise<ServerProcess> {
  const server = spawn(options.command, options.args, {
    ...options.owner,
    ...(options.argv0 === undefined ? {} : { argv0: options.argv0 }),
    cwd: options.directory,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  if (server.pid !== undefined) options.onSpawn(server.pid);
  const lastLines: string[] = [];
  const ready = Promise.withResolvers<void>();
  for (const stream of [server.stdout, server.stderr]) {
    createInterface(stream).on('line', (line) => {
      lastLines.push(line);
      if (lastLines.length > 20) lastLines.shift();
      options.log?.(line);
      if (line.includes(options.readyText)) ready.resolve();
    });
  }
  const fail = (what: string, cause?: unknown) =>
    ready.reject(
      new ConnectorError([`${options.name} ${what}`, ...lastLines].join('\n'), {
        code: 'server_not_started',
        retryable: false,
        cause,
      }),
    );
  server.on('error', (cause) => fail(`cannot be started: ${cause.message}`, cause));
  server.on('close', (code, signal) => fail(`ended at once (${code ?? signal})`));
  const impatience = setTimeout(() => fail(`was not ready within ${readyTimeoutMs} ms`), readyTimeoutMs);

  const end = async (signal: NodeJS.Signals) => {
    if (server.pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill(signal);
    await exited;
  };
  try {
    await ready.promise;
  } catch (error) {
    await end('SIGKILL');
    throw error;
  } finally {
    clearTimeout(impatience);
  }
  return {
    pid: server.pid ?? 0,
    kill: () => end('SIGKILL'),
    stop: async () => {
      const force = setTimeout(() => server.kill('SIGKILL'), stopTimeoutMs);
      await end('SIGINT');
      clearTimeout(force);
    },
  };
}

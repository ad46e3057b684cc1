import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { startGuard } from './start-guard.ts';
import { type ServerCommand, type ServerProcess, startServerProcess } from './start-server-process.ts';

export type PrivateServerOptions = {
  /** Default: a free one. */
  readonly port?: number | undefined;
  /** Told every line that the server prints. */
  readonly log?: ((line: string) => void) | undefined;
  /** Makes the server's directory ready; gives back how to start the server on a port. */
  readonly prepare: (directory: string) => Promise<(port: number) => ServerCommand>;
};

export type PrivateServer = {
  readonly port: number;
  /** Changes with `restart`. */
  readonly pid: number;
  /** Ends the server and removes its directory. */
  stop(): Promise<void>;
  /** Ends the server as a crash would. */
  kill(): Promise<void>;
  /** Ends the server if it still runs, then starts it again on the same port. */
  restart(): Promise<void>;
};

/**
 * A server for us alone, on 127.0.0.1, in a temporary directory. It does not outlive us, even if we are killed.
 * Throws `server_not_started`, also when the given port is taken.
 */
export async function startPrivateServer(options: PrivateServerOptions): Promise<PrivateServer> {
  const directory = await mkdtempDisposable(join(tmpdir(), 'connector-'));
  const guard = startGuard(directory.path);
  const cleanUp = async () => {
    await directory.remove();
    await guard.release();
  };
  const start = (command: ServerCommand) =>
    startServerProcess({ ...command, directory: directory.path, log: options.log, onSpawn: guard.watch });

  let server: ServerProcess;
  let port = options.port ?? (await freePort());
  let commandOn: (port: number) => ServerCommand;
  try {
    commandOn = await options.prepare(directory.path);
    server = await start(commandOn(port)).catch(async (error: unknown) => {
      if (options.port !== undefined) throw error;
      // Somebody else may have taken the free port in the meantime.
      port = await freePort();
      return start(commandOn(port));
    });
  } catch (error) {
    await cleanUp();
    throw error;
  }
  return {
    port,
    get pid() {
      return server.pid;
    },
    kill: () => server.kill(),
    restart: async () => {
      await server.stop();
      server = await start(commandOn(port));
    },
    stop: async () => {
      await server.stop();
      await cleanUp();
    },
  };
}

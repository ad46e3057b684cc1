import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, cp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ConnectorError, errorMessage } from '@connector/kernel';
import { type PostgresBinaries, postgresBinaries } from './postgres-binaries.ts';
import { type PrivateServer, startPrivateServer } from './start-private-server.ts';
import type { ProcessOwner } from './start-server-process.ts';

export type PostgresOptions = {
  /** Default: a free one. */
  readonly port?: number;
  /** Whether what was committed survives a crash of the machine. Default true; false is a good deal faster. */
  readonly durable?: boolean;
  /** Told every line that the server prints. */
  readonly log?: (line: string) => void;
};

export type PostgresServer = PrivateServer & {
  /** Of the database `postgres`, as superuser. */
  readonly url: string;
};

const run = promisify(execFile);

const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '300',
  logging_collector: 'off',
  TimeZone: 'UTC',
};
const hasty = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/**
 * A PostgreSQL of its own with an empty database, on 127.0.0.1, gone without trace after `stop` or when we end.
 * Throws `server_not_available` if there is none for this machine, `server_not_started` also when the port is taken.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const password = randomBytes(12).toString('hex');
  const server = await startPrivateServer({
    port: options.port,
    log: options.log,
    prepare: async (directory) => {
      const owner = await unprivilegedOwner();
      if (owner) await chown(directory, owner.uid, owner.gid);
      const { initdb, postgres } = await reachableBinaries(await postgresBinaries(), owner, directory);
      const data = join(directory, 'data');
      await createCluster({ initdb, data, password, owner, directory });
      const flags = Object.entries({ ...settings, ...(options.durable === false ? hasty : {}) });
      return (port) => ({
        name: 'PostgreSQL',
        command: postgres,
        args: ['-D', data, '-p', String(port), ...flags.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
        owner,
        readyText: 'database system is ready to accept connections',
      });
    },
  });
  const url = `postgres://postgres:${password}@127.0.0.1:${server.port}/postgres`;
  return Object.defineProperties({ ...server, url }, { pid: { get: () => server.pid } });
}

/** PostgreSQL refuses to run as root: then `nobody`, who is on every machine, so that no user has to be created. */
async function unprivilegedOwner(): Promise<ProcessOwner | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all([run('id', ['-u', 'nobody']), run('id', ['-g', 'nobody'])]);
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

/** The programs at a place where their user may enter; a checkout below /root is not one. */
async function reachableBinaries(
  binaries: PostgresBinaries,
  owner: ProcessOwner | undefined,
  directory: string,
): Promise<PostgresBinaries> {
  try {
    await run(binaries.postgres, ['--version'], { ...owner, cwd: directory });
    return binaries;
  } catch (error) {
    if (!owner || !(error instanceof Error && 'code' in error && error.code === 'EACCES')) {
      throw notStarted('PostgreSQL cannot be run', error);
    }
  }
  const programs = join(directory, 'postgresql');
  await cp(dirname(dirname(binaries.postgres)), programs, { recursive: true, verbatimSymlinks: true });
  return { initdb: join(programs, 'bin', 'initdb'), postgres: join(programs, 'bin', 'postgres') };
}

type Cluster = { initdb: string; data: string; password: string; owner: ProcessOwner | undefined; directory: string };

async function createCluster({ initdb, data, password, owner, directory }: Cluster): Promise<void> {
  // A password, or every user of this machine could run commands as ours through the superuser.
  const passwordFile = join(directory, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (owner) await chown(passwordFile, owner.uid, owner.gid);
  const how = ['--auth=password', '--encoding=UTF8', '--no-locale', '--no-sync', '--no-instructions'];
  try {
    await run(initdb, ['--pgdata', data, '--username=postgres', '--pwfile', passwordFile, ...how], {
      ...owner,
      cwd: directory,
    });
  } catch (cause) {
    throw notStarted('PostgreSQL could not create its data directory', cause);
  }
  await rm(passwordFile);
}

function notStarted(what: string, cause: unknown): ConnectorError {
  return new ConnectorError(`${what}: ${errorMessage(cause)}`, { code: 'server_not_started', retryable: false, cause });
}

import { findRedisServer } from './find-redis-server.ts';
import { type PrivateServer, startPrivateServer } from './start-private-server.ts';
import type { ServerCommand } from './start-server-process.ts';

export type RedisOptions = {
  /** Default: a free one. */
  readonly port?: number;
  /** Told every line that the server prints. */
  readonly log?: (line: string) => void;
  /** Told in plain words what is installed, if Redis is not on this machine yet. */
  readonly say?: (line: string) => void;
};

export type RedisServer = PrivateServer & { readonly url: string };

const flags = ['--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction', '--daemonize', 'no'];

/**
 * A Redis of its own, empty, in memory only, on 127.0.0.1; it ends with `stop` or when we end. After `kill` and `restart` it
 * is empty again. Throws `server_not_available` if there is none and none can be had, `server_not_started` also when the
 * port is taken.
 */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const found = await findRedisServer(options.say);
  const server = await startPrivateServer({
    port: options.port,
    log: options.log,
    prepare: async () => (port) => ({
      name: 'Redis',
      readyText: 'eady to accept connections',
      ...(found.kind === 'program' ? programOn(port, found.command) : containerOn(port, found.image)),
    }),
  });
  return Object.assign(server, { url: `redis://127.0.0.1:${server.port}` });
}

type Launch = Pick<ServerCommand, 'command' | 'args' | 'argv0'>;

function programOn(port: number, command: string): Launch {
  return { command, argv0: 'redis-server', args: ['--bind', '127.0.0.1', '--port', String(port), ...flags] };
}

/** The container ends when its standard input does: also when Docker's client is killed with us. */
function containerOn(port: number, image: string): Launch {
  const inside = ['sh', '-c', 'redis-server "$@" & cat > /dev/null', 'sh', ...flags];
  const publish = ['--publish', `127.0.0.1:${port}:6379`];
  return { command: 'docker', args: ['run', '--rm', '--init', '--interactive', ...publish, image, ...inside] };
}

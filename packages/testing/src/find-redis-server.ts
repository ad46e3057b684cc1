import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { ConnectorError, errorMessage } from '@connector/kernel';

/** How to get a Redis server: a program of this machine, to be called `redis-server`, or a container. */
export type RedisProgram =
  | { readonly kind: 'program'; readonly command: string }
  | { readonly kind: 'container'; readonly image: string };

const run = promisify(execFile);
const image = 'redis:7-alpine';

/**
 * A Redis server of this machine. If there is none, Debian's package `redis-tools` is installed where that needs no
 * password, or Docker's image is used. Throws `server_not_available`.
 */
export async function findRedisServer(say: (line: string) => void = () => undefined): Promise<RedisProgram> {
  const command = await redisProgram();
  if (command) return { kind: 'program', command };

  const asRoot = await rootCommand();
  if (asRoot && (await works('apt-get', ['--version']))) {
    say('Redis: installing the Debian package redis-tools (programs only, no service)');
    await install(asRoot).catch((error: unknown) => say(errorMessage(error)));
    const installed = await redisProgram();
    if (installed) return { kind: 'program', command: installed };
  }
  if (await works('docker', ['info'])) {
    say(`Redis: running the Docker image ${image}`);
    if (!(await works('docker', ['image', 'inspect', image]))) await mustRun('docker', ['pull', '--quiet', image]);
    return { kind: 'container', image };
  }
  throw notAvailable('there is no redis-server on the PATH, and it could not be installed');
}

/**
 * The server and its file checkers are one program that goes by the name under which it is called; Debian's `redis-tools`
 * has only the checkers, and no system service beside them.
 */
async function redisProgram(): Promise<string | undefined> {
  const directories = (process.env.PATH ?? '').split(delimiter);
  for (const name of ['redis-server', 'valkey-server', 'redis-check-rdb', 'valkey-check-rdb']) {
    for (const directory of directories) {
      const path = join(directory, name);
      const executable = await access(path, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (executable) return path;
    }
  }
  return undefined;
}

/** What to put before a command to run it as root without being asked for a password. */
async function rootCommand(): Promise<readonly string[] | undefined> {
  if (process.getuid?.() === 0) return [];
  return (await works('sudo', ['-n', 'true'])) ? ['sudo', '-n'] : undefined;
}

async function install(asRoot: readonly string[]): Promise<void> {
  const aptGet = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', '-o', 'DPkg::Lock::Timeout=120'];
  for (const step of [['update'], ['install', '-y', '--no-install-recommends', 'redis-tools']]) {
    const [command = '', ...args] = [...asRoot, ...aptGet, ...step];
    await mustRun(command, args);
  }
}

async function mustRun(command: string, args: readonly string[]): Promise<void> {
  try {
    await run(command, args);
  } catch (cause) {
    throw notAvailable(`there is no redis-server on the PATH: ${errorMessage(cause)}`, cause);
  }
}

function works(command: string, args: readonly string[]): Promise<boolean> {
  return run(command, args, { timeout: 10_000 }).then(
    () => true,
    () => false,
  );
}

function notAvailable(reason: string, cause?: unknown): ConnectorError {
  return new ConnectorError(
    `${reason}. Install Redis (Debian: apt-get install redis-tools; macOS: brew install redis) or set REDIS_URL`,
    { code: 'server_not_available', retryable: false, cause },
  );
}

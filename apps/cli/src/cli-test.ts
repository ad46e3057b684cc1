import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type JobHandlers, openRedis, queueNames, startWorker } from '@connector/queues';
import { operatorEvents, sellersEvents } from '@connector/stripe';
import type { World } from '@connector/testing';
import { onTestFinished } from 'vitest';
import { doctor } from './doctor-command.ts';

/** The command line's file. */
export const main = fileURLToPath(new URL('main.ts', import.meta.url));

/** What the command line needs to work in this world. */
export function environment(world: World): Record<string, string> {
  return {
    STRIPE_CLIENT_SECRET: world.stripeSimulator.apiKey,
    STRIPE_API_BASE: world.stripeSimulator.url,
    MIRAKL_HOST_NAME: world.miraklSimulator.url,
    MIRAKL_API_KEY: world.miraklSimulator.apiKey,
    OPERATOR_PASSWORD: 'correct-horse-battery',
    BASE_HOST: 'connector.example.com',
    DATABASE_URL: world.databaseUrl,
    REDIS_URL: world.redisUrl,
    QUEUE_PREFIX: world.queues.prefix,
    ENABLE_PRODUCT_PAYMENT_SPLIT: 'true',
    START_DATE: 'all',
  };
}

/** The webhook endpoints that the connector in this world wants on Stripe. */
export function registerWebhooks(world: World): void {
  for (const [of, events] of Object.entries({ sellers: sellersEvents, operator: operatorEvents })) {
    const url = `https://connector.example.com/api/public/webhook/${of}`;
    world.stripeSimulator.given.webhookEndpoint({ url, secret: 'whsec_1', connect: of === 'sellers', events });
  }
}

/** Runs `connector doctor` in this process. */
export async function diagnose(env: Record<string, string>) {
  const lines: string[] = [];
  const say = (line: string) => void lines.push(line);
  const code = await doctor(env, { say, complain: say, progress: say, endProgress: () => undefined }, {});
  return { code, output: `${lines.join('\n')}\n` };
}

/** Runs the command line as a person does. */
export function connector(env: Record<string, string>, ...args: string[]) {
  return runNode(env, [main, ...args]);
}

/** Runs Node with these arguments; `onOutput` is told all output so far whenever there is more. */
export async function runNode(env: Record<string, string>, args: string[], onOutput?: (output: string) => void) {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, args, { env: { PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      output += String(data);
      onOutput?.(output);
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

/** The same database, but no statement may change it. */
export function readOnly(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.searchParams.set('options', '-c default_transaction_read_only=on');
  return url.href;
}

/** A server that lets everybody in and says nothing. Gives back its host and port. */
export async function startMuteServer(): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => socket.destroy()));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Workers on all queues of the world, whose every job does this. */
export async function startWorkers(world: World, handle: (data: unknown) => Promise<string>) {
  const redis = await openRedis({ kind: 'single', url: world.redisUrl }, 'worker');
  const handlers = new Proxy({} as JobHandlers, { get: () => handle });
  const workers = queueNames.map((name) =>
    startWorker(name, { redis, queues: world.queues, handlers, log: world.log, concurrency: 2 }),
  );
  onTestFinished(async () => {
    await Promise.all(workers.map((worker) => worker.close(0)));
    await redis.quit();
  });
}

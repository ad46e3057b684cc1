import { inspect } from 'node:util';
import { createLogger } from '@connector/observability';
import { type MiraklSimulator, startMiraklSimulator } from '@connector/simulator';
import { createTestClock } from '@connector/testing';
import { test as base } from 'vitest';
import { createMiraklClient, type MiraklClient, type MiraklClientOptions } from './mirakl-client.ts';
import { MiraklError } from './mirakl-error.ts';
import type { Page } from './page.ts';

export type ObservedMiraklCall = Parameters<NonNullable<MiraklClientOptions['observe']>>[0];

/** A client of ours with what it said about its calls. */
export type Connection = {
  readonly mirakl: MiraklClient;
  readonly observed: ObservedMiraklCall[];
  /** The lines it logged. */
  readonly logged: string[];
};

/** A test with a simulated Mirakl, a clock that can be turned, and clients of ours that need not go slowly. */
export const test = base
  .extend('clock', () => createTestClock())
  .extend('simulator', async ({ clock }, { onCleanup }): Promise<MiraklSimulator> => {
    const simulator = await startMiraklSimulator({ clock: clock.now });
    onCleanup(() => simulator.close());
    return simulator;
  })
  .extend('connect', ({ simulator, clock }) => (options: Partial<MiraklClientOptions> = {}): Connection => {
    const observed: ObservedMiraklCall[] = [];
    const logged: string[] = [];
    const log = createLogger({
      app: 'test',
      level: 'trace',
      format: 'json',
      destination: { write: (line) => void logged.push(line) },
    });
    const mirakl = createMiraklClient({
      baseUrl: simulator.url,
      auth: { scheme: 'key', apiKey: simulator.apiKey },
      clock: clock.now,
      requestsPerSecond: 1_000,
      observe: (call) => observed.push(call),
      version: '1.2.3',
      log,
      ...options,
    });
    return { mirakl, observed, logged };
  })
  .extend('mirakl', ({ connect }) => connect().mirakl);

/** All pages of a listing. */
export async function allPages<T>(pages: AsyncIterable<Page<T>>): Promise<Page<T>[]> {
  const all: Page<T>[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

/** The objects of all pages of a listing. */
export async function allItems<T>(pages: AsyncIterable<Page<T>>): Promise<T[]> {
  return (await allPages(pages)).flatMap((page) => page.items);
}

/** The error that the call throws. */
export async function failure(call: Promise<unknown>): Promise<MiraklError> {
  const error: unknown = await call.then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  if (error instanceof MiraklError) return error;
  throw new Error(`expected a MiraklError, got ${inspect(error)}`);
}

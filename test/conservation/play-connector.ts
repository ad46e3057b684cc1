import { loadConfig } from '@connector/config';
import { isConnectorError } from '@connector/kernel';
import { enqueue, isJobName, jobCatalog, type SweepName } from '@connector/queues';
import type { World } from '@connector/testing';
import { receiveEvent } from '@connector/workflows';
import { sweepSchedules } from '../../apps/scheduler/src/sweep-schedules.ts';
import { jobHandlers } from '../../apps/worker/src/job-handlers.ts';
import { readPicture } from './read-picture.ts';

export type Connector = {
  /** Works until nothing changes any more, however long that takes in the world's time. Throws if it does not come to that. */
  settle(): Promise<void>;
  /** Compares everything with Stripe and Mirakl, as it does at night. */
  reconcile(): Promise<void>;
};

export type ConnectorOptions = {
  /** Variables beside those that switch everything on. */
  readonly env?: Readonly<Record<string, string>>;
  /** What others do between two rounds, such as banks. */
  readonly meanwhile?: () => void;
  /** The order in which Stripe's events come, and how often each; once and in order unless given. */
  readonly deliver?: <Event>(events: readonly Event[]) => readonly Event[];
};

type WaitingJob = {
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly attempt: number;
  readonly dueAt: number;
};

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const jobsAtOnce = 8;
const nightly = 'reconciliation.compare';
const mostRounds = 80;

/**
 * The whole connector in this process: plays scheduler, workers and api with their own tables of schedules and handlers, over a
 * real ledger and Redis. Only the waiting is not real: the clock is turned on to the next round at once.
 */
export function playConnector(world: World, options: ConnectorOptions = {}): Connector {
  const config = loadConfig('worker', environment(world, options.env));
  const handlers = jobHandlers({ ...world, config, mailer: undefined });
  const sweeps = Object.keys(sweepSchedules(config)).filter((name) => name !== nightly) as SweepName[];
  let later: WaitingJob[] = [];
  let heard = 0;

  async function hear(): Promise<void> {
    const events = world.stripeSimulator.events().slice(heard);
    heard += events.length;
    for (const { event } of options.deliver?.(events) ?? events) {
      const object = event.data.object as { id?: string };
      const { id, type, account } = event;
      const incoming = { id, type, account, objectId: object.id, object: { ...object } };
      const deps = { ...world, metadataKey: config.payment.metadataKey };
      await receiveEvent(deps, account === undefined ? 'operator' : 'sellers', incoming);
    }
  }

  /** What waits in Redis, and what was to be tried again by now. */
  async function takeJobs(): Promise<WaitingJob[]> {
    const now = world.now().getTime();
    const found = await Promise.all(
      Object.values(world.queues.byName).map((queue) => queue.getJobs(['waiting', 'prioritized', 'delayed'])),
    );
    const jobs = found.flat();
    await Promise.all(jobs.map((job) => job.remove()));
    const { due = [], notYet = [] } = Object.groupBy(later, ({ dueAt }) => (dueAt <= now ? 'due' : 'notYet'));
    later = notYet;
    return [...due, ...jobs.map(({ name, data }) => ({ name, data, attempt: 1, dueAt: now }))];
  }

  async function work(): Promise<void> {
    for (let jobs = await takeJobs(); jobs.length > 0; jobs = await takeJobs()) {
      const queue = jobs.values();
      const worker = async () => {
        for (const job of queue) await run(job);
      };
      await Promise.all(Array.from({ length: jobsAtOnce }, worker));
      await hear();
    }
  }

  async function run(job: WaitingJob): Promise<void> {
    const { name, data, attempt } = job;
    if (!isJobName(name)) throw new Error(`no such job: ${name}`);
    const handler = handlers[name] as (data: unknown, context: { run: undefined; attempt: number }) => Promise<string>;
    try {
      await handler(jobCatalog[name].data.parse(data), { run: undefined, attempt });
    } catch (error) {
      // Anything else is a fault of ours.
      if (!isConnectorError(error)) throw error;
      const { retryable, retryAfterMs } = error;
      const tried = retryAfterMs === undefined ? attempt + 1 : attempt;
      if (!retryable || tried > (jobCatalog[name].policy.attempts ?? 1)) return;
      later.push({ ...job, attempt: tried, dueAt: world.now().getTime() + (retryAfterMs ?? 1_000) });
    }
  }

  return {
    async settle() {
      for (let quiet = 0, rounds = 0; quiet < 2; rounds += 1) {
        if (rounds > mostRounds) throw new Error(`the connector has not come to rest in ${mostRounds} rounds`);
        const before = await readPicture(world);
        await hear();
        for (const name of sweeps) await enqueue(world.queues, name, [{}]);
        await work();
        options.meanwhile?.();
        const isChanged = (await readPicture(world)) !== before;
        quiet = isChanged ? 0 : quiet + 1;
        world.clock.advance(isChanged ? 6 * minuteMs : dayMs);
      }
    },
    async reconcile() {
      await enqueue(world.queues, nightly, [{}]);
      await work();
    },
  };
}

function environment(world: World, more: ConnectorOptions['env']): Record<string, string> {
  const { miraklSimulator: mirakl, stripeSimulator: stripe } = world;
  return {
    STRIPE_CLIENT_SECRET: stripe.apiKey,
    STRIPE_API_BASE: stripe.url,
    MIRAKL_HOST_NAME: mirakl.url,
    MIRAKL_API_KEY: mirakl.apiKey,
    OPERATOR_PASSWORD: 'correct-horse-battery',
    BASE_HOST: 'connector.example.com',
    DATABASE_URL: world.databaseUrl,
    REDIS_URL: world.redisUrl,
    ENABLE_SELLER_ONBOARDING: 'false',
    ENABLE_PRODUCT_PAYMENT_SPLIT: 'true',
    ENABLE_SERVICE_PAYMENT_SPLIT: 'true',
    ENABLE_PRODUCT_PAYMENT_REFUND: 'true',
    ENABLE_SERVICE_PAYMENT_REFUND: 'true',
    START_DATE: 'all',
    ...more,
  };
}

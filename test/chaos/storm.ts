import { setTimeout as wait } from 'node:timers/promises';
import { queueNames } from '@connector/queues';
import type { ChaosSystem } from './chaos-system.ts';
import type { Crew } from './crew.ts';
import { letHoursPass } from './let-hours-pass.ts';

export type StormOptions = {
  readonly system: ChaosSystem;
  readonly crew: Crew;
  readonly random: () => number;
  /** The storm blows until this resolves. */
  readonly over: Promise<unknown>;
  /** Milliseconds from one disturbance to the next, on average. */
  readonly everyMs: number;
  readonly say: (line: string) => void;
};

type Disturbance = { readonly name: string; readonly weight: number; run(): Promise<unknown> };

/** Disturbs the system in one way after the other, as the seed wants it. Gives back how often it did each. */
export async function storm(options: StormOptions): Promise<Record<string, number>> {
  const { random, everyMs, say } = options;
  const disturbances = disturbancesOf(options);
  const counts: Record<string, number> = {};
  let isOver = false;
  const over = options.over.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await Promise.race([wait(everyMs * (0.5 + random())), over]);
    if (isOver) break;
    const { name, run } = choose(disturbances, random);
    say(name);
    // A server that is away already cannot be struck again: that is no failure of the system.
    await run().then(
      () => {
        counts[name] = (counts[name] ?? 0) + 1;
      },
      () => undefined,
    );
  }
  return counts;
}

function disturbancesOf({ system, crew, random }: StormOptions): Disturbance[] {
  const { redis, redisServer, postgres, queues, stripe } = system;
  const soon = (ms: number) => Math.floor(random() * ms);
  return [
    { name: 'a worker is killed', weight: 10, run: () => crew.kill('worker', soon(1_000)) },
    { name: 'the scheduler is killed', weight: 2, run: () => crew.kill('scheduler', soon(3_000)) },
    { name: 'the api is killed', weight: 2, run: () => crew.kill('api', soon(2_000)) },
    { name: 'hours pass', weight: 20, run: () => letHoursPass(system) },
    { name: 'Redis is emptied', weight: 3, run: () => redis.flushall() },
    {
      name: 'Redis crashes and comes back empty',
      weight: 1,
      async run() {
        await redisServer.kill();
        await wait(soon(1_500));
        await redisServer.restart();
      },
    },
    {
      name: 'PostgreSQL crashes and recovers',
      weight: 1,
      async run() {
        await postgres.kill();
        await wait(soon(1_500));
        await postgres.restart();
      },
    },
    {
      name: 'somebody retries all failed jobs',
      weight: 3,
      run: () => Promise.all(queueNames.map((name) => queues.byName[name].retryJobs({ state: 'failed', count: 100 }))),
    },
    {
      name: 'Stripe repeats old events',
      weight: 3,
      async run() {
        const events = stripe.events();
        const again = Array.from({ length: 5 }, () => events[Math.floor(random() * events.length)]);
        await Promise.all(again.map(async (each) => each && stripe.resend(each.event.id)));
      },
    },
    {
      name: 'Stripe’s events get lost for a while',
      weight: 2,
      async run() {
        stripe.setDelivery('manual');
        await wait(500 + soon(1_000));
        stripe.setDelivery('automatic');
      },
    },
  ];
}

function choose(disturbances: readonly Disturbance[], random: () => number): Disturbance {
  let roll = random() * disturbances.reduce((sum, { weight }) => sum + weight, 0);
  const chosen = disturbances.find(({ weight }) => {
    roll -= weight;
    return roll < 0;
  });
  if (!chosen) throw new Error('there is nothing to choose from');
  return chosen;
}

import { setTimeout as wait } from 'node:timers/promises';
import { type Comparison, seededRandom } from '@connector/simulator';
import { type ChaosSystem, createChaosSystem } from './chaos-system.ts';
import { startCrew } from './crew.ts';
import { letFail } from './faults.ts';
import { findLeftovers } from './leftovers.ts';
import { letHoursPass } from './let-hours-pass.ts';
import { type Market, openMarket } from './market.ts';
import { storm } from './storm.ts';

export type ChaosOptions = {
  readonly seed: number;
  /** How long the storm blows at least; it goes on until all acts of the market were played. */
  readonly minutes: number;
  readonly orders: number;
  readonly workers: number;
  /** How many times as often as usual the neighbours fail. */
  readonly intensity?: number;
  /** How many acts of the market are played; all unless given. */
  readonly acts?: number;
  /** How long the money of an act may take to move. */
  readonly patienceMs?: number;
  /** More for the environment of the processes, for example what plants a fault in their code. */
  readonly env?: Readonly<Record<string, string>>;
  readonly say?: (line: string) => void;
};

export type ChaosReport = Comparison & {
  /** Operations without an end or a reason, jobs that nobody does. */
  readonly stuck: readonly string[];
  readonly disturbances: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
};

type Say = (line: string) => void;

const lookEveryMs = 2_000;
/** What is done twice may come late: so all is looked at once more after this. */
const aftermathMs = 6_000;

/**
 * Lets the real processes move the money of a whole marketplace while a storm of crashes, lost queues and failing neighbours
 * blows, and reports what is on Stripe in the end, held against an independent account of what should be there.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, minutes, workers, patienceMs = 300_000, say = () => undefined } = options;
  await using system = await createChaosSystem(seededRandom(seed));
  const random = seededRandom(seed + 1);
  const market = openMarket(system, { seed, orders: options.orders });
  const crew = startCrew({ ...system.env, ...options.env }, { worker: workers, scheduler: 1, api: 1 }, random);
  try {
    await crew.complete();
    await market.onboard();
    const faults = letFail(system, options.intensity ?? 1);
    const over = Promise.all([
      wait(minutes * 60_000),
      playActs({ ...market, acts: market.acts.slice(0, options.acts) }, patienceMs, say),
    ]);
    const disturbances = await storm({ system, crew, random, over, everyMs: 1_000, say });
    const struck = faults.counts();
    faults.clear();
    system.stripe.setDelivery('automatic');
    say('the storm is over');
    await crew.complete();
    const stuck = await calmDown(system, market, patienceMs, say);
    return { ...market.compare(), stuck, disturbances, faults: struck };
  } finally {
    await crew.stop();
  }
}

/** Each act begins when the money of the one before has moved, or patience is at its end. */
async function playActs(market: Market, patienceMs: number, say: Say): Promise<void> {
  for (const { name, play } of market.acts) {
    say(name);
    play();
    const deadline = performance.now() + patienceMs;
    for (let open = Number.POSITIVE_INFINITY; open > 0 && performance.now() < deadline; await wait(lookEveryMs)) {
      const { differences } = market.compare();
      open = differences.length;
      say(`${name}: ${open} movements are open, first of all ${differences[0] ?? 'nothing'}`);
    }
  }
}

/** Waits until nothing is open any more, and longer. Gives back what is left over. */
async function calmDown(system: ChaosSystem, market: Market, patienceMs: number, say: Say): Promise<string[]> {
  const { db, queues } = system;
  const deadline = performance.now() + patienceMs;
  for (let open = Number.POSITIVE_INFINITY; open > 0 && performance.now() < deadline; ) {
    await letHoursPass(system);
    await wait(lookEveryMs);
    const { missing, wrong } = market.compare();
    open = (await findLeftovers(db, queues)).length + missing.length + wrong.length;
    say(`${open} things are still open`);
  }
  await letHoursPass(system);
  await wait(aftermathMs);
  return findLeftovers(db, queues);
}

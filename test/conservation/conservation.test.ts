import { seededRandom } from '@connector/simulator';
import { test, type World } from '@connector/testing';
import { describe } from 'vitest';
import { breakThings } from './break-things.ts';
import { checkBooks } from './check-books.ts';
import { openMarket } from './open-market.ts';
import { playBanks } from './play-banks.ts';
import { type ConnectorOptions, playConnector } from './play-connector.ts';
import { readChargesHeard } from './read-ledger.ts';

/** Others by `CONSERVATION_SEEDS=7,8,9`, more of them by `CONSERVATION_RUNS=100`. */
const { CONSERVATION_RUNS: runs = '2', CONSERVATION_SEEDS: given } = process.env;
const seeds = given?.split(',').map(Number) ?? Array.from({ length: Number(runs) }, (_, index) => index + 1);
const patient = { timeout: 180_000 };

describe('when a month is over, exactly what was called for has moved, and the books agree to the minor unit', () => {
  test.for(seeds)('(seed %i)', patient, async (seed, { world }) => {
    await month(world, seed);
  });

  test.for(seeds)(
    'though calls fail, answers get lost and events come twice (seed %i)',
    patient,
    async (seed, { world }) => {
      const random = seededRandom(seed);
      const repair = breakThings(world.miraklSimulator, world.stripeSimulator);
      await month(world, seed, { deliver: (events) => shuffled([...events, ...events], random), repair });
    },
  );
});

type Options = Pick<ConnectorOptions, 'deliver'> & { readonly repair?: () => void };

/**
 * Buyers order, some want their money back, a seller whom Stripe took its time with is approved, and the month is closed: each
 * time until all has come to rest. Every other seed splits the taxes off.
 */
async function month(world: World, seed: number, { repair, ...options }: Options = {}): Promise<void> {
  const market = await openMarket(world, { seed, taxSplit: seed % 2 === 0 });
  const meanwhile = playBanks(world.stripeSimulator, seededRandom(seed));
  const connector = playConnector(world, { ...options, meanwhile, env: market.env });
  await connector.settle();
  market.refund();
  await connector.settle();
  market.approve();
  await connector.settle();
  market.close(await readChargesHeard(world.db));
  await connector.settle();
  if (repair) {
    repair();
    await connector.settle();
  }
  await connector.reconcile();
  await checkBooks(world, market);
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

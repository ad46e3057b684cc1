import type { Database } from '@connector/database';
import { chooseMeant, classifyMovement } from './classify-difference.ts';
import { differenceOnStripe } from './describe-difference.ts';
import { saveDifferences } from './differences-table.ts';
import type { MovementOnStripe } from './movement.ts';
import { findRecorded } from './recorded-table.ts';
import { findConcerning } from './relevance-table.ts';
import type { Unit } from './runs-table.ts';
import { noteSightings } from './sightings-table.ts';

/**
 * Compares up to a hundred movements of one kind, as Stripe lists them, with the ledger: one query for the rows, one for what
 * no row knows. Saves the differences, and notes which rows were seen.
 */
export async function compareMovements(
  db: Database,
  unit: Pick<Unit, 'runId' | 'part'>,
  movements: readonly MovementOnStripe[],
  now: Date,
): Promise<void> {
  const [first] = movements;
  if (!first) return;
  const rows = await findRecorded(db, first.kind, {
    stripeIds: movements.map(({ id }) => id),
    miraklIds: movements.flatMap(({ miraklId }) => miraklId ?? []),
  });
  const byStripeId = Map.groupBy(rows, ({ stripeId }) => stripeId);
  const byMiraklId = Map.groupBy(rows, ({ miraklId }) => miraklId);
  const unnamed = movements.filter(({ id }) => !byStripeId.has(id));
  const concerning = await findConcerning(db, first.kind, unnamed);

  const differences = movements.flatMap((movement) => {
    const meant = byMiraklId.get(movement.miraklId ?? '') ?? [];
    const verdict = classifyMovement({
      movement,
      named: byStripeId.get(movement.id)?.[0],
      meant: chooseMeant(movement, meant),
      concernsUs: concerning.has(movement.id),
    });
    return verdict ? [differenceOnStripe(movement, verdict)] : [];
  });
  const seen = movements.filter(({ id }) => byStripeId.has(id));
  await db.transaction().execute(async (trx) => {
    await saveDifferences(trx, unit, differences, now);
    await noteSightings(
      trx,
      seen.map(({ id }) => id),
      now,
    );
  });
}

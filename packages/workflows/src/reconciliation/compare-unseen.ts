import type { Database } from '@connector/database';
import type { Clock } from '@connector/kernel';
import type { Logger } from '@connector/observability';
import type { StripeClient } from '@connector/stripe';
import type { SweepRound } from '../sweep/run-sweep.ts';
import { classifyMovement } from './classify-difference.ts';
import { differenceOfRow, differenceOnStripe } from './describe-difference.ts';
import type { Difference } from './difference.ts';
import { resolveOperation, saveDifferences } from './differences-table.ts';
import { lookUpMovement } from './look-up-movement.ts';
import type { RecordedMovement } from './movement.ts';
import { listUnfound } from './open-differences-table.ts';
import { findOperations, movementOf } from './recorded-table.ts';
import { advanceUnit, type Unit } from './runs-table.ts';
import { noteSightings } from './sightings-table.ts';
import { findUnseen } from './unseen-table.ts';

export type CompareUnseenDeps = {
  readonly db: Database;
  readonly stripe: StripeClient;
  readonly now: Clock;
  readonly log: Logger;
};

/** Calls that a run spends on single objects at most. What is left is looked at by the next run. */
const mostLookUps = 2_000;
const lookUpsAtOnce = 10;

/**
 * The other direction: rows that say that something was made, and that stood on no list of Stripe. Each is looked up by its id,
 * because it may have been made at another time, and then once and for all: what Stripe has stays. Rows with an open difference
 * come first. Of a row that nobody may look at nothing is said.
 */
export async function compareUnseen(deps: CompareUnseenDeps, unit: Unit, sweep: SweepRound): Promise<void> {
  const { db } = deps;
  let left = mostLookUps;
  for (let afterId = 0; left > 0; ) {
    const open = await listUnfound(db, unit, { afterId, limit: lookUpsAtOnce });
    const last = open.at(-1);
    if (!last) break;
    const rows = await findOperations(
      db,
      open.flatMap(({ operation }) => operation ?? []),
    );
    await lookAt(deps, unit, rows, sweep);
    left -= open.length;
    afterId = last.id;
  }
  for (const kind of ['transfer', 'refund', 'payout'] as const) {
    for (let after: RecordedMovement | undefined; left > 0; ) {
      const rows = await findUnseen(db, kind, { ...rangeOf(unit), after }, lookUpsAtOnce);
      await lookAt(deps, unit, rows, sweep);
      left -= rows.length;
      after = rows.at(-1);
      if (!after) break;
    }
  }
  if (left <= 0) deps.log.warn({ lookUps: mostLookUps }, 'more rows to be looked up on Stripe than a run does');
}

function rangeOf({ from, to }: Unit): { from: Date; to: Date } {
  if (!from || !to) throw new Error('rows are looked up from one moment to another');
  return { from, to };
}

async function lookAt(
  { db, stripe, now }: CompareUnseenDeps,
  unit: Unit,
  rows: readonly RecordedMovement[],
  sweep: SweepRound,
): Promise<void> {
  await Promise.all(
    rows.map(async (row) => {
      const difference = await examine(stripe, row);
      if (difference === 'unknown') return;
      if (difference) return saveDifferences(db, unit, [difference], now());
      await noteSightings(db, row.state === 'made' && row.stripeId !== undefined ? [row.stripeId] : [], now());
      await resolveOperation(db, unit.part, row.operation, now());
    }),
  );
  await advanceUnit(db, unit, { compared: rows.length }, now());
  await sweep.renew();
}

/** What is wrong with the row by what Stripe has now; undefined if nothing is. */
async function examine(stripe: StripeClient, row: RecordedMovement): Promise<Difference | 'unknown' | undefined> {
  if (row.state !== 'made') return undefined;
  const found = await lookUpMovement(stripe, row);
  if (found === undefined) return 'unknown';
  if (found === 'let-go') return undefined;
  if (found === 'missing') return differenceOfRow(row, 'missing-on-stripe', movementOf(row));
  const verdict = classifyMovement({ movement: found, named: row, meant: undefined, concernsUs: true });
  return verdict && { ...differenceOnStripe(found, verdict), listedAt: row.changedAt };
}

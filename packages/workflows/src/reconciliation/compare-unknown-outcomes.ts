import type { Database } from '@connector/database';
import type { Clock } from '@connector/kernel';
import type { SweepRound } from '../sweep/run-sweep.ts';
import { differenceOfRow } from './describe-difference.ts';
import { resolveUnfound, saveDifferences } from './differences-table.ts';
import { movementOf } from './recorded-table.ts';
import { advanceUnit, type Unit } from './runs-table.ts';
import { findUnknownOutcomes } from './unseen-table.ts';

/** By then its job has asked several times; who still does not know should be looked at. */
const unknownForLongMs = 3_600_000;

/** Of each kind. More come about only while Stripe is away, and are then repeated by themselves. */
const mostRows = 1_000;

/** Finds calls to Stripe of which nobody has known for an hour what became of them, and resolves those that are known since. */
export async function compareUnknownOutcomes(
  { db, now }: { readonly db: Database; readonly now: Clock },
  unit: Unit,
  sweep: SweepRound,
): Promise<void> {
  const sentBefore = new Date(now().getTime() - unknownForLongMs);
  let areAll = true;
  for (const kind of ['transfer', 'refund', 'payout'] as const) {
    const rows = await findUnknownOutcomes(db, kind, { sentBefore, limit: mostRows });
    areAll &&= rows.length < mostRows;
    const differences = rows.map((row) => differenceOfRow(row, 'unknown-outcome', movementOf(row)));
    await saveDifferences(db, unit, differences, now());
    await advanceUnit(db, unit, { compared: rows.length }, now());
    await sweep.renew();
  }
  if (areAll) await resolveUnfound(db, unit, now());
}

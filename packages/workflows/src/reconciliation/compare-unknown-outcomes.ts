import type { Database } from '@connector/database';
import type { Clock } from '@connector/kernel';
import type { SweepRound } from '../sweep/run-sweep.ts';
import { differenceOfRow } from './describe-difference.ts';
import { saveDifferences } from './differences-table.ts';
import { findUnknownOutcomes, movementOf } from './recorded-table.ts';
import { advanceUnit, type Unit } from './runs-table.ts';

/** By then its job has asked several times; who still does not know should be looked at. */
const unknownForLongMs = 3_600_000;
const pageSize = 100;

/** Finds calls to Stripe of which nobody has known for an hour what became of them. */
export async function compareUnknownOutcomes(
  { db, now }: { readonly db: Database; readonly now: Clock },
  unit: Unit,
  sweep: SweepRound,
): Promise<void> {
  const sentBefore = new Date(now().getTime() - unknownForLongMs);
  for (const kind of ['transfer', 'refund', 'payout'] as const) {
    for (let afterId = 0; ; ) {
      const rows = await findUnknownOutcomes(db, kind, { sentBefore, afterId, limit: pageSize });
      const last = rows.at(-1);
      if (!last) break;
      const differences = rows.map((row) => differenceOfRow(row, 'unknown-outcome', movementOf(row)));
      await saveDifferences(db, unit, differences, now());
      await advanceUnit(db, unit, { compared: rows.length }, now());
      await sweep.renew();
      afterId = last.operation.id;
    }
  }
}

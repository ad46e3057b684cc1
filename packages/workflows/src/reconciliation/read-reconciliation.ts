import type { Database } from '@connector/database';
import { countOpenDifferences } from './open-differences-table.ts';
import { findLastRun, findProgress, type PastRun, type Progress } from './run-states-table.ts';

/** How things stand with the comparison of ledger, Stripe and Mirakl. */
export type ReconciliationState = {
  /** Undefined before the first run has ended. */
  readonly lastRun: PastRun | undefined;
  /** Undefined while no run is under way. */
  readonly underWay: Progress | undefined;
  readonly openDifferences: number;
};

/** Reads when was compared what, and how far a run is that is under way. */
export async function readReconciliation(db: Database): Promise<ReconciliationState> {
  const [lastRun, underWay, openDifferences] = await Promise.all([
    findLastRun(db),
    findProgress(db),
    countOpenDifferences(db),
  ]);
  return { lastRun, underWay, openDifferences };
}

import type { Database, SweepRow } from '@connector/database';
import {
  type Checkpoint,
  countShops,
  countUnknownOutcomes,
  type FailedShop,
  groupOperations,
  listCheckpoints,
  listFailedShops,
  listSweeps,
  type MoneyMoved,
  type OnboardingCount,
  type OperationGroup,
  sumOperations,
} from './overview-table.ts';

/** The state of the ledger at one look. */
export type Overview = {
  readonly readAt: Date;
  readonly operations: readonly OperationGroup[];
  readonly money: readonly MoneyMoved[];
  /** Calls to Stripe of which nobody knows yet what became. */
  readonly unknownOutcomes: number;
  readonly shops: readonly OnboardingCount[];
  /** The latest of them; `shops` has their number. */
  readonly failedShops: readonly FailedShop[];
  readonly sweeps: readonly SweepRow[];
  readonly checkpoints: readonly Checkpoint[];
};

const reasonsShown = 20;
const failedShopsShown = 20;

/** Reads what the dashboard's first page and `connector status` show. */
export async function readOverview(db: Database, now: Date): Promise<Overview> {
  const [operations, money, unknownOutcomes, shops, failedShops, sweeps, checkpoints] = await Promise.all([
    groupOperations(db, reasonsShown),
    sumOperations(db),
    countUnknownOutcomes(db, now),
    countShops(db),
    listFailedShops(db, failedShopsShown),
    listSweeps(db),
    listCheckpoints(db),
  ]);
  return { readAt: now, operations, money, unknownOutcomes, shops, failedShops, sweeps, checkpoints };
}

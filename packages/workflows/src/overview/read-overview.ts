import type { Database, SweepRow } from '@connector/database';
import { countOpenDifferences } from '../reconciliation/index.ts';
import {
  type Checkpoint,
  countCapturesInTrouble,
  countShops,
  countUnknownOutcomes,
  type FailedShop,
  groupOperations,
  listCheckpoints,
  listFailedShops,
  listSweeps,
  listUnconfirmedDebits,
  type MoneyMoved,
  type OnboardingCount,
  type OperationGroup,
  sumOperations,
  type UnconfirmedDebit,
} from './overview-table.ts';

/** The state of the ledger at one look. */
export type Overview = {
  readonly readAt: Date;
  readonly operations: readonly OperationGroup[];
  readonly money: readonly MoneyMoved[];
  /** Calls to Stripe of which nobody knows yet what became. */
  readonly unknownOutcomes: number;
  /** Payments whose capture was refused, or that will soon be lost. */
  readonly capturesInTrouble: number;
  /** Debits that Mirakl could not be told of. */
  readonly unconfirmedDebits: { readonly latest: readonly UnconfirmedDebit[]; readonly count: number };
  /** Differences between the ledger and Stripe or Mirakl, as the last reconciliation has found them. */
  readonly openDifferences: number;
  readonly shops: readonly OnboardingCount[];
  /** The latest of them; `shops` has their number. */
  readonly failedShops: readonly FailedShop[];
  readonly sweeps: readonly SweepRow[];
  readonly checkpoints: readonly Checkpoint[];
};

const reasonsShown = 20;
const failedShopsShown = 20;
const debitsShown = 20;

/** Reads what the dashboard's first page and `connector status` show. */
export async function readOverview(db: Database, now: Date): Promise<Overview> {
  const [operations, money, unknownOutcomes, capturesInTrouble, unconfirmedDebits] = await Promise.all([
    groupOperations(db, reasonsShown),
    sumOperations(db),
    countUnknownOutcomes(db, now),
    countCapturesInTrouble(db),
    listUnconfirmedDebits(db, debitsShown),
  ]);
  const [openDifferences, shops, failedShops, sweeps, checkpoints] = await Promise.all([
    countOpenDifferences(db),
    countShops(db),
    listFailedShops(db, failedShopsShown),
    listSweeps(db),
    listCheckpoints(db),
  ]);
  return {
    ...{ readAt: now, operations, money, unknownOutcomes, capturesInTrouble, unconfirmedDebits },
    ...{ openDifferences, shops, failedShops, sweeps, checkpoints },
  };
}

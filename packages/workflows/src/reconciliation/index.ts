export { type DifferenceKind, differenceKinds } from './difference.ts';
export { acceptDifference, countOpenDifferences } from './differences-table.ts';
export { type Explanation, explainDifference } from './explain-difference.ts';
export type { ReconciliationRules } from './plan-run.ts';
export { type ReconciliationState, readReconciliation } from './read-reconciliation.ts';
export { type ReconcileDeps, reconcile } from './reconcile.ts';
export { takeStalledRun } from './runs-table.ts';

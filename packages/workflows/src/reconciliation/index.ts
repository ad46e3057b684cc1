export { type DifferenceKind, differenceKinds } from './difference.ts';
export { acceptDifference } from './differences-table.ts';
export { type Explanation, explainDifference } from './explain-difference.ts';
export { countOpenDifferences } from './open-differences-table.ts';
export type { ReconciliationRules } from './plan-run.ts';
export { type ReconciliationState, readReconciliation } from './read-reconciliation.ts';
export { type ReconcileDeps, reconcile } from './reconcile.ts';
export { takeStalledRun } from './run-states-table.ts';

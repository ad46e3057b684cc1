export type { Checkpoint, FailedShop, MoneyMoved, OperationGroup } from './overview-table.ts';
export { type Overview, readOverview } from './read-overview.ts';

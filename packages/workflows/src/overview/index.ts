export {
  type Checkpoint,
  countOperations,
  type FailedShop,
  listSweeps,
  type MoneyMoved,
  type OperationCount,
  type OperationGroup,
} from './overview-table.ts';
export { type Overview, readOverview } from './read-overview.ts';

export { createDatabase, type DatabaseOptions } from './create-database.ts';
export { dumpSchema } from './dump-schema.ts';
export { isDatabaseAway, isDatabaseUnavailable } from './is-database-unavailable.ts';
export { type MigrationReport, migrateToLatest, pendingMigrations } from './migrate.ts';
export { type Ledger, openLedger } from './open-ledger.ts';
export { pingDatabase, requireReadyDatabase } from './ready.ts';
export type {
  AccountMappingRow,
  Database,
  OperationColumns,
  OperationKind,
  Schema,
  ShopOnboardingRow,
  StripeRefundRow,
  StripeTransferRow,
  SweepRow,
} from './schema.ts';
export { utcTimestamp } from './utc-timestamp.ts';

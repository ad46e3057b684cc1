import { errorMessage } from '@connector/kernel';
import { type Migration, Migrator } from 'kysely/migration';
import { legacyTables } from './migrations/0001-legacy-tables.ts';
import { connectorColumns } from './migrations/0002-connector-columns.ts';
import { connectorTables } from './migrations/0003-connector-tables.ts';
import { sellersAndNotices } from './migrations/0004-sellers-and-notices.ts';
import { listings } from './migrations/0005-listings.ts';
import { captures } from './migrations/0006-captures.ts';
import { refunds } from './migrations/0007-refunds.ts';
import { settlement } from './migrations/0008-settlement.ts';
import { reconciliation } from './migrations/0009-reconciliation.ts';
import { paymentReleases } from './migrations/0010-payment-releases.ts';
import type { Database } from './schema.ts';

/** The names of the migrations that were carried out now; empty if the database was up to date. */
export type MigrationReport = { readonly applied: readonly string[] };

const migrations: Record<string, Migration> = {
  '0001-legacy-tables': legacyTables,
  '0002-connector-columns': connectorColumns,
  '0003-connector-tables': connectorTables,
  '0004-sellers-and-notices': sellersAndNotices,
  '0005-listings': listings,
  '0006-captures': captures,
  '0007-refunds': refunds,
  '0008-settlement': settlement,
  '0009-reconciliation': reconciliation,
  '0010-payment-releases': paymentReleases,
};

/**
 * Brings an empty database, or one of the old connector, to our schema. Only adds: the old connector runs on the result.
 * Each call waits for another one under way. Throws what PostgreSQL said if a migration fails; that one has left nothing.
 */
export async function migrateToLatest(db: Database): Promise<MigrationReport> {
  const { error, results = [] } = await migrator(db).migrateToLatest();
  if (error !== undefined) throw error instanceof Error ? error : new Error(errorMessage(error));
  return { applied: results.map((result) => result.migrationName) };
}

/** The migrations that this program knows and the database has not seen: it must not be used before they are done. */
export async function pendingMigrations(db: Database): Promise<string[]> {
  const known = await migrator(db).getMigrations();
  return known.filter((migration) => migration.executedAt === undefined).map(({ name }) => name);
}

function migrator(db: Database): Migrator {
  return new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrations) },
    migrationTableName: 'connector_migration',
    migrationLockTableName: 'connector_migration_lock',
  });
}

import { ConnectorError, errorMessage } from '@connector/kernel';
import { sql } from 'kysely';
import { pendingMigrations } from './migrate.ts';
import type { Database } from './schema.ts';
import type { LedgerRefusals } from './watch-refusals.ts';

/** Resolves when the database answers. Throws `database_unavailable` if it does not. */
export async function pingDatabase(db: Database): Promise<void> {
  try {
    await sql`select 1`.execute(db);
  } catch (error) {
    throw unavailable(error);
  }
}

/** Resolves when the database answers and has our schema. Throws also `database_not_migrated`. */
export async function requireReadyDatabase(db: Database): Promise<void> {
  await pingDatabase(db);
  const pending = await pendingMigrations(db);
  if (pending.length === 0) return;
  throw new ConnectorError(`The database lacks ${pending.join(', ')}. Run: connector migrate`, {
    code: 'database_not_migrated',
    retryable: false,
  });
}

/**
 * Resolves when the ledger can be written. Throws also `database_read_only`, for a standby after a failover and for a server
 * whose owner has stopped its writes, as hosts of PostgreSQL do when its disk is full; and `database_refuses` if it has refused
 * something within the last half minute.
 */
export async function requireWritableDatabase(db: Database, refusals: LedgerRefusals): Promise<void> {
  const { standby, read_only } = await readState(db);
  if (standby || read_only) {
    const why = standby ? 'it is a standby' : 'its transactions are read-only';
    throw new ConnectorError(`PostgreSQL takes no writes: ${why}. Check DATABASE_URL, failover and disk.`, {
      code: 'database_read_only',
      retryable: true,
    });
  }
  const refused = refusals.latest();
  if (refused === undefined) return;
  throw new ConnectorError(`PostgreSQL has just refused something: ${refused}`, {
    code: 'database_refuses',
    retryable: true,
  });
}

async function readState(db: Database): Promise<{ readonly standby: boolean; readonly read_only: boolean }> {
  try {
    const { rows } = await sql<{ standby: boolean; read_only: boolean }>`
      select pg_is_in_recovery() as standby, current_setting('transaction_read_only') = 'on' as read_only`.execute(db);
    return rows[0] ?? { standby: false, read_only: false };
  } catch (error) {
    throw unavailable(error);
  }
}

function unavailable(error: unknown): ConnectorError {
  return new ConnectorError(`PostgreSQL does not answer (${errorMessage(error)}). Check DATABASE_URL.`, {
    code: 'database_unavailable',
    retryable: true,
  });
}

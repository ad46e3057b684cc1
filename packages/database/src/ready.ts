import { ConnectorError, errorMessage } from '@connector/kernel';
import { sql } from 'kysely';
import { pendingMigrations } from './migrate.ts';
import type { Database } from './schema.ts';

/** Resolves when the database answers. Throws `database_unavailable` if it does not. */
export async function pingDatabase(db: Database): Promise<void> {
  try {
    await sql`select 1`.execute(db);
  } catch (error) {
    throw new ConnectorError(`PostgreSQL does not answer (${errorMessage(error)}). Check DATABASE_URL.`, {
      code: 'database_unavailable',
      retryable: true,
    });
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

import type { Config } from '@connector/config';
import { createDatabase, type Database, migrateToLatest, pendingMigrations, pingDatabase } from '@connector/database';
import { ConnectorError, errorMessage } from '@connector/kernel';
import type { Terminal } from './terminal.ts';

const longestStatementMs = 600_000;

/**
 * `connector migrate`: brings the database to this version's schema, or says what it would do. Gives back the exit code.
 * Throws `database_unavailable` or `migration_failed`.
 */
export async function migrate(config: Config, terminal: Terminal, options: { dryRun?: boolean }): Promise<0> {
  const db = createDatabase({ ...config.database, poolSize: 2, statementTimeoutMs: longestStatementMs });
  try {
    await pingDatabase(db);
    const names = options.dryRun ? await pendingMigrations(db) : await apply(db);
    if (names.length === 0) terminal.say('The database is up to date.');
    else terminal.say([options.dryRun ? 'To be applied:' : 'Applied:', ...names].join('\n  '));
    return 0;
  } finally {
    await db.destroy();
  }
}

async function apply(db: Database): Promise<readonly string[]> {
  try {
    return (await migrateToLatest(db)).applied;
  } catch (error) {
    // 42501: insufficient_privilege (postgresql.org/docs/current/errcodes-appendix.html)
    const isForbidden = error instanceof Error && 'code' in error && error.code === '42501';
    const advice = isForbidden
      ? 'The role of DATABASE_URL must own the tables of the older connector and may need: GRANT CREATE ON SCHEMA public.'
      : 'Mend the cause and run connector migrate again.';
    throw new ConnectorError(`The database could not be migrated: ${errorMessage(error)}\n${advice}`, {
      code: 'migration_failed',
      retryable: false,
      cause: error,
    });
  }
}

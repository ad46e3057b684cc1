import type { Config } from '@connector/config';
import { createDatabase, migrateToLatest, pendingMigrations, pingDatabase } from '@connector/database';
import type { Terminal } from './terminal.ts';

/** `connector migrate`: brings the database to this version's schema, or says what it would do. */
export async function migrate(config: Config, terminal: Terminal, options: { dryRun?: boolean }): Promise<void> {
  const db = createDatabase({ ...config.database, poolSize: 2, statementTimeoutMs: 600_000 });
  try {
    await pingDatabase(db);
    const names = options.dryRun ? await pendingMigrations(db) : (await migrateToLatest(db)).applied;
    if (names.length === 0) return terminal.say('The database is up to date.');
    terminal.say(options.dryRun ? 'To be applied:' : 'Applied:');
    for (const name of names) terminal.say(`  ${name}`);
  } finally {
    await db.destroy();
  }
}

import type { Config } from '@connector/config';
import { createDatabase, pendingMigrations, pingDatabase } from '@connector/database';
import type { Finding } from './finding.ts';

const subject = 'PostgreSQL';

/** Whether the ledger answers and has our schema. */
export async function checkDatabase(config: Config): Promise<Finding[]> {
  const db = createDatabase({ ...config.database, poolSize: 1 });
  try {
    await pingDatabase(db);
    const pending = await pendingMigrations(db);
    if (pending.length === 0) return [{ level: 'good', subject, text: 'answers, and has the schema of this version' }];
    const text = `lacks ${pending.length} migrations: ${pending.join(', ')}`;
    return [{ level: 'problem', subject, text, hint: 'Run: connector migrate' }];
  } finally {
    await db.destroy();
  }
}

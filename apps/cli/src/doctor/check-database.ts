import type { Config } from '@connector/config';
import { createDatabase, type Database, pendingMigrations, pingDatabase } from '@connector/database';
import { errorMessage } from '@connector/kernel';
import { checkSettlement } from './check-settlement.ts';
import { checkSplit } from './check-split.ts';
import type { Finding } from './finding.ts';

const subject = 'PostgreSQL';

/** Whether the ledger answers, has our schema and takes our writes; then what it says about the payment split and the settlement. */
export async function checkDatabase(config: Config): Promise<Finding[]> {
  const db = createDatabase({ ...config.database, poolSize: 1, statementTimeoutMs: 5_000 });
  try {
    await pingDatabase(db);
    const pending = await pendingMigrations(db);
    if (pending.length > 0) {
      const text = `lacks ${pending.length} migrations: ${pending.join(', ')}`;
      return [{ level: 'problem', subject, text, hint: 'Run: connector migrate' }];
    }
    const schema: Finding = { level: 'good', subject, text: 'answers, and has the schema of this version' };
    return [schema, await checkWriting(db), ...(await checkSplit(db, config)), await checkSettlement(db, config)];
  } finally {
    await db.destroy();
  }
}

/** Asks for writes that meet no row: PostgreSQL checks the right to them all the same. */
async function checkWriting(db: Database): Promise<Finding> {
  try {
    await db.updateTable('stripe_transfer').set({ next_try_at: null }).where('id', '=', 0).execute();
    await db
      .insertInto('config')
      .columns(['key', 'value'])
      .expression((none) => none.selectFrom('config').select(['key', 'value']).where('id', '=', 0))
      .execute();
    return { level: 'good', subject, text: 'the role may write' };
  } catch (error) {
    const hint =
      'DATABASE_URL must lead to a primary server, with a role that may select, insert and update all tables.';
    return { level: 'problem', subject, text: `the role may not write (${errorMessage(error)})`, hint };
  }
}

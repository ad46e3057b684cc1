import { randomBytes } from 'node:crypto';
import { runStatements } from './disturb-ledger.ts';

export type TestRole = {
  /** The database, as this role. */
  readonly url: string;
  /** Takes its rights away and drops it. */
  drop(): Promise<void>;
};

/**
 * A role of the test server that these statements make, which call it `connector_app` and the database `connector`. Needs a user
 * who may create roles.
 */
export async function createTestRole(databaseUrl: string, statements: string): Promise<TestRole> {
  const name = `test_role_${randomBytes(8).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  const database = new URL(databaseUrl).pathname.slice(1);
  const ours = statements
    .replaceAll('connector_app', name)
    .replaceAll(/\bdatabase connector\b/g, `database ${database}`)
    .replace(/password '[^']*'/, `password '${password}'`);
  await runStatements(databaseUrl, [ours]);
  const url = new URL(databaseUrl);
  Object.assign(url, { username: name, password });
  return {
    url: url.href,
    drop: () => runStatements(databaseUrl, [`drop owned by ${name}`, `drop role ${name}`]),
  };
}

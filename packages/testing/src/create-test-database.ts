import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';
import { throwOut } from './disturb-ledger.ts';

export type TestDatabase = {
  readonly url: string;
  /** Drops it, whoever is still connected. */
  drop(): Promise<void>;
};

/** A ledger of its own for a test: migrated, empty. Only within vitest, whose global setup starts the server. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return createFrom(inject('templateDatabase'));
}

/** A database of its own for a test, with nothing in it. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return createFrom('template0');
}

/** A copy of a test's database as it is now, as a backup that is restored. Whoever is connected to it is thrown out. */
export async function copyTestDatabase(url: string): Promise<TestDatabase> {
  await throwOut(url);
  return createFrom(new URL(url).pathname.slice(1));
}

async function createFrom(template: string): Promise<TestDatabase> {
  const serverUrl = inject('postgresUrl');
  const name = `test_${randomBytes(8).toString('hex')}`;
  await execute(serverUrl, `create database ${name} template ${template}`);
  return {
    url: databaseUrl(serverUrl, name),
    drop: () => execute(serverUrl, `drop database if exists ${name} with (force)`),
  };
}

/** The URL of another database on the same server. */
export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs one statement outside of any transaction. */
export async function execute(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

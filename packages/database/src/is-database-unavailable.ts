/** Codes of the system for a connection that was not made or broke. */
const connectionCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/**
 * SQLSTATEs (PostgreSQL's manual, appendix A) that another try may not meet whatever it asks: no connection, no room, shut down
 * or starting, and a server that only reads.
 */
const awayStates = /^(08...|53...|57P0.|25006)$/;
/** A statement that took too long, or waited too long for another one. */
const slowStates = /^(57014|55P03)$/;

/** What pg throws without a code. */
const connectionMessages =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Query read timeout)/;

/** Whether the error says that the database is away or too busy now, rather than that something is wrong with what it was asked. */
export function isDatabaseUnavailable(error: unknown): boolean {
  return isDatabaseAway(error) || slowStates.test(codeOf(error));
}

/** Whether the error says that nobody could use the database now, whatever he asked. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error);
  return code === '' ? connectionMessages.test(error.message) : connectionCodes.has(code) || awayStates.test(code);
}

function codeOf(error: unknown): string {
  const { code } = error instanceof Error ? (error as { code?: unknown }) : {};
  return typeof code === 'string' ? code : '';
}

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
 * SQLSTATEs (PostgreSQL's manual, appendix A) that another try may not meet: no connection, no room, shut down or starting,
 * too slow, and a standby that only reads.
 */
const passingStates = /^(08...|53...|57P0.|57014|55P03|25006)$/;

/** What pg throws without a code. */
const connectionMessages =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Query read timeout)/;

/** Whether the error says that the database is away or too busy now, rather than that something is wrong with what it was asked. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') return connectionCodes.has(code) || passingStates.test(code);
  return connectionMessages.test(error.message);
}

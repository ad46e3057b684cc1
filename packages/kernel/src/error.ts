export type ConnectorErrorOptions = {
  /** Stable name of what went wrong, for example `mirakl_unavailable`. */
  readonly code: string;
  /** Whether the same call may work later without anybody mending anything. */
  readonly retryable: boolean;
  /** When the next try makes sense, if the other side said so. */
  readonly retryAfterMs?: number | undefined;
  /** Whether every other job of the queue would meet the same answer now (a rate limit, a revoked key). */
  readonly pausesQueue?: boolean;
  readonly cause?: unknown;
};

/** What went wrong outside or inside, with what the caller needs to decide: a code and whether to try again. */
export class ConnectorError extends Error {
  readonly code: string;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly pausesQueue: boolean;

  constructor(message: string, options: ConnectorErrorOptions) {
    super(message, { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code;
    this.retryable = options.retryable;
    this.retryAfterMs = options.retryAfterMs;
    this.pausesQueue = options.pausesQueue ?? false;
  }
}

/** Whether it is one of our errors; with `code`, whether it is that one. */
export function isConnectorError(error: unknown, code?: string): error is ConnectorError {
  return error instanceof ConnectorError && (code === undefined || error.code === code);
}

/** The message of anything that was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

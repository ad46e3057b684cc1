/** What a log says of an error: no foreign fields, which may hold requests with keys and bodies. */
export type ErrorDescription = {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: ErrorDescription;
};

const longestCauseChain = 5;

/** The error in plain fields, with its causes. */
export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(error.cause === undefined || depth >= longestCauseChain
      ? {}
      : { cause: describeError(error.cause, depth + 1) }),
  };
}

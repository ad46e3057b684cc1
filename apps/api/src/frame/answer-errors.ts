import { isDatabaseUnavailable } from '@connector/database';
import { isConnectorError } from '@connector/kernel';
import { type Logger, redactText } from '@connector/observability';
import type { ErrorRequestHandler } from 'express';
import { RequestProblem } from './request-problem.ts';

type Answer = { readonly status: number; readonly message: string; readonly retryAfterMs?: number | undefined };

/** Turns whatever a route throws into an answer: what is wrong and, if it is not the caller's doing, nothing about our inside. */
export function answerErrors(log: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) return next(error);
    const { status, message, retryAfterMs } = answerTo(error);
    const requestId = response.get('x-request-id');
    if (status === 500) log.error({ err: error, requestId }, 'request failed');
    else if (status > 500) log.warn({ err: error, requestId }, 'request cannot be served now');
    if (retryAfterMs !== undefined) response.set('retry-after', String(Math.ceil(retryAfterMs / 1_000)));
    response.status(status).json({ message });
  };
}

function answerTo(error: unknown): Answer {
  if (error instanceof RequestProblem) return error;
  if (isDatabaseUnavailable(error)) return { status: 503, message: 'The ledger cannot be asked now. Try again later.' };
  if (isConnectorError(error)) {
    const passes = error.retryable || error.pausesQueue;
    return { status: passes ? 503 : 502, message: redactText(error.message), retryAfterMs: error.retryAfterMs };
  }
  return ofFramework(error) ?? { status: 500, message: 'Internal Server Error' };
}

const texts: Readonly<Record<number, string>> = { 413: 'The body is too long', 415: 'Unsupported Media Type' };

/** What express and its parsers refuse. */
function ofFramework(error: unknown): Answer | undefined {
  const { status, type } = error as { status?: unknown; type?: unknown };
  if (typeof status !== 'number' || status < 400 || status >= 500) return undefined;
  const text = type === 'entity.parse.failed' ? 'Invalid JSON format' : 'The request cannot be read';
  return { status, message: texts[status] ?? text };
}

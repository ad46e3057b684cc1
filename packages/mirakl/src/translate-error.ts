import { errorMessage } from '@connector/kernel';
import { HTTPError, RequestError, TimeoutError } from 'got';
import { z } from 'zod';
import { MiraklError, type MiraklOperation } from './mirakl-error.ts';

/** What went wrong in our words, with Mirakl's message if it gave one, and without the request. */
export function translateError(error: unknown, operation: MiraklOperation): MiraklError {
  if (error instanceof MiraklError) return error;
  if (error instanceof HTTPError) return ofAnswer(error, operation);
  const reason = error instanceof TimeoutError ? 'no answer in time' : reasonOf(error);
  return new MiraklError(`Mirakl cannot be reached (${operation}: ${reason})`, {
    code: 'mirakl_unavailable',
    operation,
    retryable: true,
  });
}

/** The system's name of the failure; got's own message can hold the URL, which is harmless, and no headers. */
function reasonOf(error: unknown): string {
  return error instanceof RequestError ? error.code : errorMessage(error);
}

function ofAnswer({ response }: HTTPError, operation: MiraklOperation): MiraklError {
  const status = response.statusCode;
  const message = messageOf(response.body) ?? `Mirakl answered ${operation} with ${status}`;
  const facts = { operation, httpStatus: status };
  if (status === 401 || status === 403) {
    return new MiraklError(message, {
      ...facts,
      code: 'mirakl_unauthorized',
      retryable: false,
      pausesQueue: true,
      retryAfterMs: 60_000,
    });
  }
  if (status === 404) return new MiraklError(message, { ...facts, code: 'mirakl_not_found', retryable: false });
  if (status === 429) {
    const retryAfterMs = retryAfter(response.headers['retry-after']) ?? 60_000;
    return new MiraklError(message, { ...facts, code: 'mirakl_rate_limited', retryable: true, retryAfterMs });
  }
  if (status >= 500) return new MiraklError(message, { ...facts, code: 'mirakl_unavailable', retryable: true });
  return new MiraklError(message, { ...facts, code: 'mirakl_refused', retryable: false });
}

/** Seconds, or a date of HTTP. */
function retryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1_000;
  return Number.isNaN(seconds) ? undefined : Math.max(seconds, 1) * 1_000;
}

const errorBody = z.union([
  z.object({ message: z.string() }).transform(({ message }) => message),
  z
    .object({ errors: z.array(z.object({ message: z.string() })).nonempty() })
    .transform(({ errors }) => errors.map(({ message }) => message).join('; ')),
]);

function messageOf(body: unknown): string | undefined {
  try {
    return errorBody.safeParse(JSON.parse(String(body))).data;
  } catch {
    return undefined;
  }
}

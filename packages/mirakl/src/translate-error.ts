import { HTTPError, type RequestError } from 'got';
import { z } from 'zod';
import { MiraklError, type MiraklOperation } from './mirakl-error.ts';

/** Mirakl is left alone for so long when it says that it was too much, and not for how long. */
const defaultPauseMs = 60_000;

/** What went wrong in our words, with Mirakl's message if it gave one, and without the request. */
export function translateError(error: RequestError, operation: MiraklOperation): MiraklError {
  if (error instanceof HTTPError) return ofAnswer(error, operation);
  // The system's name of the failure alone: got's own message can hold whatever the request held.
  return new MiraklError(`Mirakl cannot be reached (${operation}: ${error.code})`, {
    code: 'mirakl_unavailable',
    operation,
    retryable: true,
  });
}

function ofAnswer(error: HTTPError, operation: MiraklOperation): MiraklError {
  const { statusCode: status, headers } = error.response;
  const message = messageOf(error) ?? `Mirakl answered ${operation} with ${status}`;
  const facts = { operation, httpStatus: status };
  const retryAfterMs = readRetryAfter(headers['retry-after']);
  if (status === 429) {
    const pause = { retryable: true, retryAfterMs: retryAfterMs ?? defaultPauseMs };
    return new MiraklError(message, { ...facts, ...pause, code: 'mirakl_rate_limited' });
  }
  if (status >= 500 || status === 408) {
    return new MiraklError(message, { ...facts, code: 'mirakl_unavailable', retryable: true, retryAfterMs });
  }
  // The token endpoint refuses an unknown client with 400 or 401 (RFC 6749, section 5.2).
  if (status === 401 || status === 403 || operation === 'token') {
    const pause = { retryable: false, pausesQueue: true, retryAfterMs: defaultPauseMs };
    return new MiraklError(message, { ...facts, ...pause, code: 'mirakl_unauthorized' });
  }
  const code = status === 404 ? 'mirakl_not_found' : 'mirakl_refused';
  return new MiraklError(message, { ...facts, code, retryable: false });
}

/** Milliseconds from now; the header holds seconds or a date of HTTP. At least a second. */
function readRetryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(ms, 1_000);
}

/** Mirakl's two shapes of an error, and that of OAuth 2. */
const errorBody = z.union([
  z.object({ message: z.string().min(1) }).transform(({ message }) => message),
  z
    .object({ errors: z.array(z.object({ message: z.string() })).nonempty() })
    .transform(({ errors }) => errors.map(({ message }) => message).join('; ')),
  z.object({ error: z.string().min(1) }).transform(({ error }) => error),
]);

function messageOf({ response, options }: HTTPError): string | undefined {
  const message = errorBody.safeParse(parseJson(response.body)).data;
  // A server that quotes the key it did not like must not get it into our logs.
  const key = String(options.headers.authorization ?? '').replace(/^Bearer /, '');
  return key === '' ? message : message?.replaceAll(key, '[hidden]');
}

function parseJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}

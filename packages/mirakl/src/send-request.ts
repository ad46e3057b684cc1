import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@connector/observability';
import type { Authorize } from './authorization.ts';
import { parseExactJson } from './exact-json.ts';
import type { Exchange } from './exchange.ts';
import { MiraklError, type MiraklOperation, unexpectedAnswer } from './mirakl-error.ts';

export type MiraklRequest = {
  readonly operation: MiraklOperation;
  readonly method: 'GET' | 'PUT';
  /** The path with its query. */
  readonly path: string;
  readonly body?: unknown;
  /** Whether a repeat does no harm should the first one have worked after all: yes, unless said otherwise. */
  readonly repeatable?: boolean;
};

export type MiraklAnswer = {
  /** Parsed JSON with numbers as their exact text; undefined for none. */
  readonly body: unknown;
  /** The header `Link`. */
  readonly link: string | undefined;
};

export type SendRequestDeps = {
  readonly baseUrl: string;
  readonly exchange: Exchange;
  readonly authorize: Authorize;
  readonly log: Pick<Logger, 'debug'>;
};

const mostTries = 3;

/** A wait that Mirakl asks for is slept away up to this length; a longer one is the business of who called. */
const longestSleepMs = 20_000;

/**
 * Makes one request, again after a passing failure: no answer, 5xx, or 429 with a short wait. Reads may be repeated, and
 * writes that set a value (S07 sets the same fields again). One that is not repeatable (PA01 has no idempotency key) is made
 * again only when it was turned away at the door, with 429 or an outdated token; when nobody knows what became of it,
 * `mirakl_unavailable` comes back at once.
 */
export async function sendRequest(deps: SendRequestDeps, request: MiraklRequest): Promise<MiraklAnswer> {
  const { operation } = request;
  for (let tries = 1; ; tries += 1) {
    try {
      const { body, statusCode, headers } = await sendAuthorized(deps, request);
      return { body: parseBody(body, operation, statusCode), link: [headers.link].flat().join(', ') || undefined };
    } catch (error) {
      if (!(error instanceof MiraklError)) throw error;
      const pauseMs = mayRepeat(request, error) ? pauseBefore(tries + 1, error) : undefined;
      const { code, httpStatus } = error;
      deps.log.debug({ operation, code, httpStatus, tries, pauseMs }, 'call to mirakl failed');
      if (pauseMs === undefined) throw error;
      await sleep(pauseMs);
    }
  }
}

function mayRepeat({ repeatable = true }: MiraklRequest, { code }: MiraklError): boolean {
  return repeatable || code !== 'mirakl_unavailable';
}

/** How long to wait before that try; undefined for giving up. */
function pauseBefore(next: number, { retryable, retryAfterMs }: MiraklError): number | undefined {
  if (!retryable || next > mostTries) return undefined;
  if (retryAfterMs !== undefined) return retryAfterMs <= longestSleepMs ? retryAfterMs : undefined;
  return 2 ** next * 100 + Math.random() * 200;
}

async function sendAuthorized({ baseUrl, exchange, authorize }: SendRequestDeps, request: MiraklRequest) {
  const url = new URL(request.path, `${baseUrl}/`);
  const json = request.body === undefined ? {} : { json: request.body };
  const send = (header: string) =>
    exchange(request.operation, url, { method: request.method, headers: { authorization: header }, ...json });
  const header = await authorize();
  try {
    return await send(header);
  } catch (error) {
    if (!(error instanceof MiraklError && error.httpStatus === 401)) throw error;
    // A token can be withdrawn before its time; a new one is worth one more try.
    const renewed = await authorize(header);
    if (renewed === header) throw error;
    return send(renewed);
  }
}

function parseBody(text: string, operation: MiraklOperation, status: number): unknown {
  if (text.trim() === '') return undefined;
  try {
    return parseExactJson(text);
  } catch {
    throw unexpectedAnswer(operation, 'no JSON', status);
  }
}

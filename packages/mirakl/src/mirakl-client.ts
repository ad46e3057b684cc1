import { type Clock, systemClock } from '@connector/kernel';
import type { Logger } from '@connector/observability';
import got, { type Got, type Headers } from 'got';
import { RateLimiterMemory, RateLimiterQueue } from 'rate-limiter-flexible';
import { type Authorize, authorization, type MiraklAuth } from './authorization.ts';
import { minimumIntervalsMs, type TakeTurn } from './call-frequency.ts';
import { parseExactJson } from './exact-json.ts';
import { MiraklError, type MiraklOperation } from './mirakl-error.ts';
import { translateError } from './translate-error.ts';

export type MiraklClientOptions = {
  /** `https://…` of the instance, with or without a slash at the end. */
  readonly baseUrl: string;
  readonly auth: MiraklAuth;
  /** How long one request may take; 30 seconds unless given. */
  readonly timeoutMs?: number;
  /** Requests of this process at most; 10 a second unless given. */
  readonly requestsPerSecond?: number;
  /** Keeps the call frequencies of Mirakl's contract over all processes; without it they are not kept. */
  readonly takeTurn?: TakeTurn;
  /** Where the operator has agreed with Mirakl on other frequencies than those of the contract. */
  readonly intervalsMs?: Readonly<Partial<Record<MiraklOperation, number>>>;
  readonly clock?: Clock;
  readonly log: Logger;
  readonly version?: string;
  readonly observe?: (call: { operation: MiraklOperation; status: number | undefined; durationMs: number }) => void;
};

/** Whatever the functions of this package need to talk to one Mirakl instance. */
export type MiraklClient = {
  readonly baseUrl: string;
  /** Makes one request, again after a passing failure, and gives back the answer with numbers as their exact text. */
  send(request: MiraklRequest): Promise<MiraklAnswer>;
  /** Throws `mirakl_too_soon` if the contract does not allow this listing yet. */
  awaitTurn(operation: MiraklOperation): Promise<void>;
};

export type MiraklRequest = {
  readonly operation: MiraklOperation;
  readonly method: 'GET' | 'PUT';
  /** A path with its query, or an absolute URL of this instance. */
  readonly url: string;
  readonly body?: unknown;
};

export type MiraklAnswer = {
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
};

/** A wait that Mirakl asks for is slept away up to this length; a longer one is the business of who called. */
const longestSleepMs = 20_000;

/** A client for one Mirakl instance. Opens no connection before the first call. */
export function createMiraklClient(options: MiraklClientOptions): MiraklClient {
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  const authorize = authorization(options.auth, options.clock ?? systemClock);
  const http = got.extend({
    timeout: { connect: 10_000, request: options.timeoutMs ?? 30_000 },
    // All calls of ours may be repeated: reads, and writes that set a value (S07).
    retry: { limit: 2, methods: ['GET', 'PUT'], statusCodes: [429, 500, 502, 503, 504], maxRetryAfter: longestSleepMs },
    headers: { 'user-agent': `stripe-mirakl-connector/${options.version ?? 'unknown'}`, accept: 'application/json' },
    followRedirect: false,
  });
  const perSecond = new RateLimiterMemory({ points: options.requestsPerSecond ?? 10, duration: 1 });
  const queue = new RateLimiterQueue(perSecond, { maxQueueSize: 10_000 });

  return {
    baseUrl,
    async send(request) {
      await queue.removeTokens(1);
      const startedAt = performance.now();
      const observe = (status: number | undefined) =>
        options.observe?.({ operation: request.operation, status, durationMs: performance.now() - startedAt });
      try {
        const answer = await sendAuthorized(http, authorize, baseUrl, request);
        observe(answer.statusCode);
        return { body: parseBody(answer.body, request.operation), headers: answer.headers };
      } catch (error) {
        const translated = translateError(error, request.operation);
        observe(translated.httpStatus);
        options.log.debug({ operation: request.operation, code: translated.code }, 'call to mirakl failed');
        throw translated;
      }
    },
    async awaitTurn(operation) {
      const intervalMs = options.intervalsMs?.[operation] ?? minimumIntervalsMs[operation];
      if (intervalMs === undefined || !options.takeTurn) return;
      const turn = await options.takeTurn(operation, intervalMs);
      if (turn.taken) return;
      throw new MiraklError(`${operation} may be called again in ${Math.ceil(turn.waitMs / 1_000)} seconds`, {
        code: 'mirakl_too_soon',
        operation,
        retryable: true,
        retryAfterMs: turn.waitMs,
      });
    },
  };
}

async function sendAuthorized(http: Got, authorize: Authorize, baseUrl: string, request: MiraklRequest) {
  const url = new URL(request.url, `${baseUrl}/`);
  const attempt = async (refresh: boolean) => {
    const headers: Headers = { authorization: await authorize(http, { refresh }) };
    const body = request.body === undefined ? {} : { json: request.body };
    return http(url, { method: request.method, headers, responseType: 'text', ...body });
  };
  try {
    return await attempt(false);
  } catch (error) {
    // A token can be withdrawn before its time; a new one is worth one more try.
    if (!authorize.canRefresh || translateError(error, request.operation).code !== 'mirakl_unauthorized') throw error;
    return attempt(true);
  }
}

function parseBody(text: string, operation: MiraklOperation): unknown {
  if (text.trim() === '') return undefined;
  try {
    return parseExactJson(text);
  } catch {
    throw new MiraklError(`Mirakl answered ${operation} with something that is no JSON`, {
      code: 'mirakl_unexpected_answer',
      operation,
      retryable: false,
    });
  }
}

import got, { type OptionsOfTextResponseBody, RequestError, type Response } from 'got';
import { RateLimiterMemory, RateLimiterQueue } from 'rate-limiter-flexible';
import { type MiraklOperation, unexpectedAnswer } from './mirakl-error.ts';
import { translateError } from './translate-error.ts';

export type ExchangeOptions = {
  /** How long one request may take; 30 seconds unless given. */
  readonly timeoutMs?: number;
  /** Requests of this process at most, repeated ones and those for tokens included; 10 a second unless given. */
  readonly requestsPerSecond?: number;
  /** Ours, for the `User-Agent`. */
  readonly version?: string;
  /** Is told of every request: its HTTP status, undefined if there was no answer. */
  readonly observe?: (call: { operation: MiraklOperation; status: number | undefined; durationMs: number }) => void;
};

/** Makes one HTTP request, once. Throws a `MiraklError` for every answer but 2xx, and for none. */
export type Exchange = (
  operation: MiraklOperation,
  url: string | URL,
  options: OptionsOfTextResponseBody,
) => Promise<Response<string>>;

/** The way to Mirakl over HTTP, at a modest pace. */
export function createExchange(options: ExchangeOptions): Exchange {
  const timeoutMs = options.timeoutMs ?? 30_000;
  const http = got.extend({
    timeout: { connect: Math.min(10_000, timeoutMs), request: timeoutMs },
    headers: { 'user-agent': `stripe-mirakl-connector/${options.version ?? 'unknown'}`, accept: 'application/json' },
    responseType: 'text',
    // The credentials are for this host alone. What is repeated, and when, is decided by `sendRequest`.
    followRedirect: false,
    retry: { limit: 0 },
  });
  const pace = new RateLimiterQueue(new RateLimiterMemory({ points: options.requestsPerSecond ?? 10, duration: 1 }));

  return async (operation, url, request) => {
    await pace.removeTokens(1);
    const startedAt = performance.now();
    const observe = (status: number | undefined) =>
      options.observe?.({ operation, status, durationMs: performance.now() - startedAt });
    try {
      const answer = await http(url, request);
      observe(answer.statusCode);
      if (answer.statusCode < 300) return answer;
      throw unexpectedAnswer(operation, `a redirection (${answer.statusCode})`, answer.statusCode);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      observe(error.response?.statusCode);
      throw translateError(error, operation);
    }
  };
}

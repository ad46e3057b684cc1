import { type Clock, systemClock } from '@connector/kernel';
import type { Logger } from '@connector/observability';
import { authorization, type MiraklAuth } from './authorization.ts';
import { minimumIntervalsMs, type TakeTurn, type Turn } from './call-frequency.ts';
import { createExchange, type ExchangeOptions } from './exchange.ts';
import { MiraklError, type MiraklOperation } from './mirakl-error.ts';
import { type MiraklAnswer, type MiraklRequest, sendRequest } from './send-request.ts';

export type MiraklClientOptions = ExchangeOptions & {
  /** `https://…` of the instance, with or without a slash at the end. */
  readonly baseUrl: string;
  readonly auth: MiraklAuth;
  /** Keeps the call frequencies of Mirakl's contract over all processes; without it they are not kept. */
  readonly takeTurn?: TakeTurn;
  /** Where the operator has agreed with Mirakl on other frequencies than those of the contract. */
  readonly intervalsMs?: Readonly<Partial<Record<MiraklOperation, number>>>;
  /** Decides about the age of tokens. */
  readonly clock?: Clock;
  readonly log: Pick<Logger, 'debug'>;
};

/** Whatever the functions of this package need to talk to one Mirakl instance. */
export type MiraklClient = {
  /** Makes one request, again after a passing failure. Throws a `MiraklError`. */
  send(request: MiraklRequest): Promise<MiraklAnswer>;
  /** Throws `mirakl_too_soon` if the contract does not allow this listing yet. */
  awaitTurn(operation: MiraklOperation): Promise<Turn>;
};

/** A client for one Mirakl instance. Opens no connection before the first call. */
export function createMiraklClient(options: MiraklClientOptions): MiraklClient {
  const { takeTurn, log } = options;
  const exchange = createExchange(options);
  const authorize = authorization(options.auth, exchange, options.clock ?? systemClock);
  const deps = { baseUrl: options.baseUrl.replace(/\/+$/, ''), exchange, authorize, log };

  return {
    send: (request) => sendRequest(deps, request),
    async awaitTurn(operation) {
      const intervalMs = options.intervalsMs?.[operation] ?? minimumIntervalsMs[operation];
      if (intervalMs === undefined || !takeTurn) return { giveBack: () => Promise.resolve() };
      const turn = await takeTurn(operation, intervalMs);
      if (turn.taken) return turn;
      throw new MiraklError(`${operation} may be called again in ${Math.ceil(turn.waitMs / 1_000)} seconds`, {
        code: 'mirakl_too_soon',
        operation,
        retryable: true,
        retryAfterMs: turn.waitMs,
      });
    },
  };
}

import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from './answer.ts';

/** What a fault rule may look at: express' requests have this shape. */
export type FaultableRequest = {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: unknown;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
};

/** Before the request has changed anything, or after it has and before the answer leaves. */
export type FaultMoment = 'before-effect' | 'after-effect';

/** What goes wrong with a request. */
export type FaultKind =
  /** This answer in place of the real one, without any effect. `stored`: kept under the idempotency key, as Stripe keeps a 500. */
  | ({ readonly kind: 'answer'; readonly stored?: boolean } & Answer)
  /** The request takes so much longer; before its effect unless `at` says otherwise. */
  | { readonly kind: 'delay'; readonly ms: number; readonly at?: FaultMoment }
  /** The connection breaks and nothing has happened. */
  | { readonly kind: 'cut-before-effect' }
  /** Everything has happened, and the connection breaks before the answer leaves. */
  | { readonly kind: 'cut-after-effect' }
  /**
   * The request waits until the fault is released; before its effect unless `at` says otherwise. Until then it counts as
   * being executed: its idempotency key is in use.
   */
  | { readonly kind: 'hold'; readonly at?: FaultMoment };

/** Which requests a fault strikes. A rule without conditions strikes every request. */
export type FaultRule = FaultKind & {
  /** In capitals, for example `POST`. */
  readonly method?: string;
  /** The whole path without the query, or an expression that matches it. */
  readonly path?: string | RegExp;
  readonly when?: (request: FaultableRequest) => boolean;
  /** How many requests it strikes before it is spent: 1 unless given; `Infinity` for all. */
  readonly times?: number;
  /** The chance from 0 to 1 that it strikes a request that fits: 1 unless given. */
  readonly probability?: number;
};

/** A fault that was added. */
export type Fault = {
  /** How many requests it has struck. */
  hits(): number;
  /** Resolves when it has struck for the first time: the connection is cut, the answer given, or the request waits. */
  readonly reached: Promise<void>;
  /** Takes the fault away; requests that it holds go on. */
  release(): void;
};

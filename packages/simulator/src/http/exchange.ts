import { setTimeout as wait } from 'node:timers/promises';
import type { Request, RequestHandler, Response } from 'express';
import type { Answer } from './answer.ts';
import type { FaultInjection, Strike } from './faults.ts';
import type { OpenRequest, RequestLog } from './request-log.ts';

export type ExchangeDeps = {
  readonly faults: FaultInjection;
  readonly log: RequestLog;
  /** How long every request takes at least, in real time; 0 for no wait. */
  readonly latencyMs: number;
};

/** One endpoint, as the stages that a request goes through. */
export type Exchange = {
  /** Refuses a request before anything else: keys, rate limits. Undefined lets it in. */
  readonly admit?: (request: Request) => Answer | undefined;
  /** Stands around the effect, for what must see it begin and end, such as idempotency. */
  readonly around?: (request: Request, effect: () => Promise<Answer>) => Promise<Answer>;
  /** Does what was asked and answers. */
  readonly respond: (request: Request) => Answer;
};

/**
 * An express handler that records the request, lets a fault strike it, and otherwise passes it through the stages.
 * An `answer` that is not `stored` and `cut-before-effect` come first of all; `delay` and `hold` wait inside `around`,
 * right before or after the effect.
 */
export function exchange(deps: ExchangeDeps, stages: Exchange): RequestHandler {
  const { admit, around = (_request, effect) => effect() } = stages;
  return async (request, response) => {
    const record = deps.log.open(request);
    response.once('close', () => {
      if (record.outcome === 'pending') record.outcome = 'client-gone';
    });
    if (deps.latencyMs > 0) await wait(deps.latencyMs);
    const strike = deps.faults.strike(request);
    record.fault = strike?.rule.kind;
    if (strike?.rule.kind === 'cut-before-effect') {
      cut(request, record, strike.rule.kind);
    } else if (strike?.rule.kind === 'answer' && strike.rule.stored !== true) {
      send(response, record, strike.rule);
    } else {
      const answer = admit?.(request) ?? (await around(request, () => effect(request, stages, strike)));
      if (strike?.rule.kind === 'cut-after-effect') cut(request, record, strike.rule.kind);
      else send(response, record, answer);
    }
    strike?.done();
  };
}

async function effect(request: Request, { respond }: Exchange, strike: Strike | undefined): Promise<Answer> {
  if (strike === undefined) return respond(request);
  if (strike.rule.kind === 'answer') return strike.rule;
  await strike.pass('before-effect');
  const answer = respond(request);
  await strike.pass('after-effect');
  return answer;
}

function cut(request: Request, record: OpenRequest, outcome: 'cut-before-effect' | 'cut-after-effect'): void {
  record.outcome = outcome;
  request.socket.destroy();
}

function send(response: Response, record: OpenRequest, { status, headers = {}, body }: Answer): void {
  if (record.outcome === 'client-gone') return;
  record.outcome = 'answered';
  record.status = status;
  response.status(status).set({ 'content-type': 'application/json', ...headers });
  record.answerHeaders = response.getHeaders();
  response.end(typeof body === 'string' || body === undefined ? body : JSON.stringify(body));
}

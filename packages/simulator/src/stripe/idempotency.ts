import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '@connector/kernel';
import type { Request } from 'express';
import type { Answer } from '../http/answer.ts';
import { Refusal } from './refusal.ts';

/** What the first request with a key asked, and what it was told. */
type Entry = {
  readonly path: string;
  readonly body: unknown;
  readonly requestId: string;
  readonly at: number;
  /** Undefined while the request is being executed. */
  answer: Answer | undefined;
};

/** Runs the effect of a request, or answers without running it again. */
export type Idempotency = (request: Request, account: string, effect: () => Promise<Answer>) => Promise<Answer>;

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Stripe's idempotency (docs.stripe.com/api/idempotent_requests): the first answer for a key of an account is kept
 * for 24 hours, whatever it was, and given again. Not kept is what was refused before execution. The same key with
 * another path or other parameters is an error; so is a key whose first request is still being executed.
 */
export function createIdempotency(clock: Clock): Idempotency {
  const entries = new Map<string, Entry>();

  return async (request, account, effect) => {
    const key = request.method === 'POST' ? request.get('idempotency-key') : undefined;
    if (key === undefined) return effect();
    if (key.length > 255) return new Refusal(400, 'Idempotency keys can be up to 255 characters long.').answer;
    const now = clock().getTime();
    forgetOld(entries, now);

    const scoped = `${account} ${key}`;
    const known = entries.get(scoped);
    if (known !== undefined) return repeatedAnswer(known, request, key);

    const requestId = String(request.res?.getHeader('request-id'));
    const entry: Entry = { path: request.path, body: request.body, requestId, at: now, answer: undefined };
    entries.set(scoped, entry);
    try {
      const answer = frozen(await effect());
      if (answer.executed === false) entries.delete(scoped);
      else entry.answer = answer;
      return { ...answer, headers: { ...answer.headers, 'original-request': requestId } };
    } catch (error) {
      entries.delete(scoped);
      throw error;
    }
  };
}

/** The answer as text: its objects go on changing, and what is repeated is what was said. */
function frozen(answer: Answer): Answer {
  const { body } = answer;
  return { ...answer, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

function repeatedAnswer(known: Entry, request: Request, key: string): Answer {
  if (known.path !== request.path || !isDeepStrictEqual(known.body, request.body)) {
    const message =
      'Keys for idempotent requests can only be used with the same parameters they were first used with. ' +
      `Try using a key other than '${key}' if you meant to execute a different request.`;
    return new Refusal(400, message, { type: 'idempotency_error' }).answer;
  }
  if (known.answer === undefined) {
    const message =
      'There is currently another in-progress request using this Idempotent Key (that probably means you submitted ' +
      `twice, and the other request is still going through): ${key}. Please try again later.`;
    const headers = { 'stripe-should-retry': 'true' };
    return new Refusal(409, message, { type: 'idempotency_error', code: 'idempotency_key_in_use', headers }).answer;
  }
  const headers = {
    ...known.answer.headers,
    'idempotent-replayed': 'true',
    'original-request': known.requestId,
  };
  return { ...known.answer, headers };
}

/** Entries lie in the order of their age, so the first young one ends the search. */
function forgetOld(entries: Map<string, Entry>, now: number): void {
  for (const [key, { at, answer }] of entries) {
    if (now - at < dayMs) return;
    if (answer !== undefined) entries.delete(key);
  }
}

import type { Answer } from '../http/answer.ts';

/** A request that Mirakl does not understand: the endpoint answers 400 with this message. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
}

/** Mirakl's way of saying no. */
export function refusal(status: number, message: string, headers?: Record<string, string>): Answer {
  return { status, body: { status, message }, ...(headers ? { headers } : {}) };
}

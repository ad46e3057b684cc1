import type { Answer } from '../http/answer.ts';

/** Mirakl's way of saying no. */
export function refusal(status: number, message: string, headers?: Record<string, string>): Answer {
  return { status, body: { status, message }, ...(headers ? { headers } : {}) };
}

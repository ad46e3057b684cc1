import { ConnectorError, type ConnectorErrorOptions } from '@connector/kernel';

/** Mirakl's name of an operation, as in its documentation; `token` is the request for an OAuth 2 token. */
export type MiraklOperation =
  | 'S20'
  | 'S07'
  | 'AF01'
  | 'OR11'
  | 'SOR11'
  | 'PA11'
  | 'PA01'
  | 'PA12'
  | 'PA02'
  | 'SPA11'
  | 'SPA01'
  | 'SPA12'
  | 'SPA02'
  | 'IV01'
  | 'SBC11'
  | 'token';

/**
 * - `mirakl_unavailable`: no answer, or a failure of its own; may work later.
 * - `mirakl_rate_limited`: too many calls; `retryAfterMs` says when to come back.
 * - `mirakl_too_soon`: our own rule, Mirakl's contract allows the next listing later; nothing was sent.
 * - `mirakl_unauthorized`: the key or the client's secret is wrong.
 * - `mirakl_not_found`, `mirakl_refused`: the call itself is wrong; the message is Mirakl's.
 * - `mirakl_unexpected_answer`: the answer has a shape we do not know; the message names the field.
 */
export type MiraklErrorCode =
  | 'mirakl_unavailable'
  | 'mirakl_rate_limited'
  | 'mirakl_too_soon'
  | 'mirakl_unauthorized'
  | 'mirakl_not_found'
  | 'mirakl_refused'
  | 'mirakl_unexpected_answer';

/** A call to Mirakl that did not succeed. Never holds the request, whose headers carry the key. */
export class MiraklError extends ConnectorError {
  readonly operation: MiraklOperation;
  readonly httpStatus: number | undefined;

  constructor(
    message: string,
    facts: Omit<ConnectorErrorOptions, 'cause'> & {
      readonly code: MiraklErrorCode;
      readonly operation: MiraklOperation;
      readonly httpStatus?: number | undefined;
    },
  ) {
    super(message, facts);
    this.operation = facts.operation;
    this.httpStatus = facts.httpStatus;
  }
}

/** The error for an answer of a shape we do not know. `what`: the field, or a word or two on what is wrong with it. */
export function unexpectedAnswer(operation: MiraklOperation, what: string, httpStatus?: number): MiraklError {
  return new MiraklError(`Mirakl gave an unexpected answer to ${operation}: ${what}`, {
    code: 'mirakl_unexpected_answer',
    operation,
    httpStatus,
    retryable: false,
  });
}

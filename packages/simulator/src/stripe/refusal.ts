import type { Stripe } from 'stripe';
import type { Answer } from '../http/answer.ts';

export type RefusalOptions = {
  /** `invalid_request_error` unless given. */
  readonly type?: 'idempotency_error' | 'invalid_request_error';
  readonly code?: string;
  /** The parameter that is wrong, with brackets: `business_profile[url]`. */
  readonly param?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Thrown where Stripe says no; `answer` holds Stripe's error object (docs.stripe.com/api/errors). */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(status: number, message: string, options: RefusalOptions = {}) {
    super(message);
    this.name = 'Refusal';
    const { type = 'invalid_request_error', code, param, headers = {} } = options;
    const error: Stripe.StripeRawError = { message, type };
    if (param !== undefined) error.param = param;
    if (code !== undefined) {
      error.code = code;
      error.doc_url = `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`;
    }
    this.answer = { status, headers, body: { error } };
  }
}

/** What the function gives back, or the refusal that it throws. */
export function refusable<Result>(run: () => Result): Result | Refusal {
  try {
    return run();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** The refusal of a parameter: status 400. */
export function invalidParameter(param: string, message: string, code?: string): Refusal {
  return new Refusal(400, message, code === undefined ? { param } : { param, code });
}

/** The refusal when the object that the URL names does not exist: status 404. */
export function noSuchObject(kind: string, id: string, param = 'id'): Refusal {
  return new Refusal(404, `No such ${kind}: '${id}'`, { code: 'resource_missing', param });
}

/** The refusal when a parameter names an object that does not exist: status 400. */
export function noSuchReference(kind: string, id: string, param: string): Refusal {
  return invalidParameter(param, `No such ${kind}: '${id}'`, 'resource_missing');
}

/**
 * The refusal of an account that does not exist or is not connected: 403, not 404, because Stripe does not tell the
 * two apart (code `account_invalid`).
 */
export function noAccessToAccount(key: string, account: string): Refusal {
  const message =
    `The provided key '${maskedKey(key)}' does not have access to account '${account}' ` +
    '(or that account does not exist). Application access may have been revoked.';
  return new Refusal(403, message, { code: 'account_invalid' });
}

/** An API key as Stripe shows it in messages: the prefix and the last four characters. */
export function maskedKey(key: string): string {
  const prefix = /^[a-z]+_(test_|live_)?/.exec(key)?.[0] ?? '';
  return `${prefix}${'*'.repeat(Math.max(key.length - prefix.length - 4, 4))}${key.slice(-4)}`;
}

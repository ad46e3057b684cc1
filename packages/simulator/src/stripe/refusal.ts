import type { Answer } from '../http/answer.ts';

/** Stripe's error object (docs.stripe.com/api/errors), as far as the simulator fills it. */
export type StripeErrorBody = {
  readonly type: 'api_error' | 'idempotency_error' | 'invalid_request_error';
  readonly message: string;
  readonly code?: string;
  /** The parameter that is wrong, with brackets: `business_profile[url]`. */
  readonly param?: string;
};

export type RefusalOptions = {
  readonly type?: StripeErrorBody['type'];
  readonly code?: string;
  readonly param?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Thrown by an endpoint that says no; `answer` is what the client gets. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(status: number, message: string, options: RefusalOptions = {}) {
    super(message);
    this.name = 'Refusal';
    const { type = 'invalid_request_error', code, param, headers = {} } = options;
    const doc_url = code === undefined ? undefined : `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`;
    this.answer = { status, headers, body: { error: { code, doc_url, message, param, type } } };
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

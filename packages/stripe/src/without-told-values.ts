import { StripeCallError } from './stripe-call-error.ts';

/** Shorter ones are words of any sentence. */
const shortest = 4;

/**
 * The error without the values that Stripe was told and repeats: persons stand in what a seller is described by, and errors go into
 * logs, reasons and jobs. Which value was wrong stands in `param`.
 */
export function withoutToldValues(error: unknown, told: unknown): unknown {
  if (!(error instanceof StripeCallError)) return error;
  const clean = textsIn(told)
    .filter((text) => text.length >= shortest)
    // The longest first: one may be part of another.
    .toSorted((a, b) => b.length - a.length)
    .reduce((message, text) => message.replaceAll(text, '[hidden]'), error.message);
  return clean === error.message ? error : new StripeCallError(clean, error);
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

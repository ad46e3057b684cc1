import type { Config } from '@connector/config';
import { errorMessage } from '@connector/kernel';
import { createLogger } from '@connector/observability';
import { createStripeClient, type StripeClient } from '@connector/stripe';
import type { Finding } from './finding.ts';

const timeoutMs = 5_000;

/** A client for a few calls one after the other. */
export function openStripe({ stripe: { apiKey, apiBase } }: Config): StripeClient {
  return createStripeClient({
    ...{ apiKey, apiBase, timeoutMs, version: 'doctor' },
    // A few calls need no turn, and the finding is to be about Stripe also while Redis is away.
    limiter: { take: () => Promise.resolve() },
    log: createLogger({ app: 'doctor', level: 'silent', format: 'json' }),
  });
}

/**
 * What to say of something on Stripe that could not be looked at. No more than a warning: a restricted key does the work
 * without being allowed to look at everything, and whether the key opens anything at all is found elsewhere.
 */
export function notLookedAt(subject: string, error: unknown): Finding {
  const message = errorMessage(error);
  const permission = /'(rak_\w+)' permission/.exec(message)?.[1];
  if (permission === undefined) return { level: 'warning', subject, text: `could not be looked at (${message})` };
  const text = `could not be looked at: the restricted key lacks the permission ${permission}`;
  const hint = 'Stripe dashboard → Developers → API keys → the key → Edit: grant it, or look yourself.';
  return { level: 'warning', subject, text, hint };
}

const hourMs = 3_600_000;

/**
 * Stripe may forget a key once it is 24 hours old; a repeat would then be a new movement. An hour less, for clocks that
 * disagree (docs.stripe.com/api/idempotent_requests).
 */
const keyIsRememberedMs = 23 * hourMs;

/**
 * How long a worker has before another one may take over. One that is merely slow does no harm: it cannot open a round any
 * more, and a call in an open round is repeated with its key.
 */
const leaseMs = 30_000;

/**
 * The idempotency key of an operation's round: the same for every repeat, another one after a definite refusal. Made of
 * what the operation is on Mirakl rather than of our row's id, so that a ledger restored from a backup repeats itself too.
 */
export function idempotencyKey(type: string, miraklId: string, round: number): string {
  return `connector/${type}/${miraklId}/${round}`;
}

/** Whether Stripe can still be relied on to recognise a key that was sent first at that moment. */
export function isKeyRemembered(firstSentAt: Date, now: Date): boolean {
  return now.getTime() - firstSentAt.getTime() < keyIsRememberedMs;
}

const dayMs = 24 * hourMs;

/**
 * From when on Stripe is asked for what may have been made already: a day before the call whose outcome is not known, or before
 * the row and its order or invoice were there, whichever is older. A restored ledger has rows that are younger than what they
 * led to.
 */
export function lookFrom(claim: {
  readonly firstSentAt: Date | undefined;
  readonly recordedAt: Date;
  readonly onMiraklSince: Date | null;
}): Date {
  const { firstSentAt, recordedAt, onMiraklSince } = claim;
  const since = firstSentAt ?? (onMiraklSince && onMiraklSince < recordedAt ? onMiraklSince : recordedAt);
  return new Date(since.getTime() - dayMs);
}

/** When a claim made now runs out. */
export function leaseEnd(now: Date): Date {
  return new Date(now.getTime() + leaseMs);
}

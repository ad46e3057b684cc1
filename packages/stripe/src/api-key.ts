/** Whether a key opens live mode, where money is real. */
export type StripeMode = 'test' | 'live';

/** The mode of a secret or restricted key, from its prefix; undefined if it is neither (docs.stripe.com/keys). */
export function stripeModeOf(apiKey: string): StripeMode | undefined {
  const mode = /^[rs]k_(test|live)_/.exec(apiKey)?.[1];
  return mode === 'test' || mode === 'live' ? mode : undefined;
}

/** The text with every API key in it shortened to its prefix. */
export function withoutApiKeys(text: string): string {
  return text.replaceAll(/\b([rs]k_(?:test_|live_)?)\w+/g, '$1[redacted]');
}

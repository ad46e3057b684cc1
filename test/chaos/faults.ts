import type { Fault, FaultRule, MiraklSimulator, StripeSimulator } from '@connector/simulator';

/** Faults that strike requests all the time, each with its chance, and how often each has struck. */
export type Faults = { counts(): Readonly<Record<string, number>>; clear(): void };

type ChanceOf = readonly [name: string, percent: number, rule: FaultRule];

const always = { times: Number.POSITIVE_INFINITY } as const;
const stripeError = (type: string, message: string, code?: string) => ({
  error: { type, message, ...(code ? { code } : {}) },
});

const onStripe: readonly ChanceOf[] = [
  ['stripe: connection cut before the effect', 1, { kind: 'cut-before-effect' }],
  ['stripe: connection cut after the effect', 4, { kind: 'cut-after-effect' }],
  [
    'stripe: 500 that it keeps under the key',
    0.5,
    {
      kind: 'answer',
      method: 'POST',
      stored: true,
      status: 500,
      body: stripeError('api_error', 'Something went wrong'),
    },
  ],
  ['stripe: 503 of a proxy', 0.5, { kind: 'answer', status: 503, body: '<html>try again</html>' }],
  [
    'stripe: 409 for a key that is in use',
    0.5,
    {
      ...{ kind: 'answer', method: 'POST', status: 409, headers: { 'stripe-should-retry': 'true' } },
      body: stripeError('idempotency_error', 'in use', 'idempotency_key_in_use'),
    },
  ],
  [
    'stripe: 429',
    0.3,
    {
      ...{ kind: 'answer', status: 429, headers: { 'stripe-rate-limited-reason': 'global-rate' } },
      body: stripeError('invalid_request_error', 'slow down', 'rate_limit'),
    },
  ],
  ['stripe: an answer that takes its time', 15, { kind: 'delay', ms: 1_500, at: 'after-effect' }],
];

const onMirakl: readonly ChanceOf[] = [
  ['mirakl: connection cut before the effect', 1, { kind: 'cut-before-effect' }],
  ['mirakl: connection cut after the effect', 1, { kind: 'cut-after-effect' }],
  ['mirakl: 500', 1, { kind: 'answer', status: 500, body: { status: 500, message: 'Something went wrong' } }],
  [
    'mirakl: 429',
    0.5,
    { kind: 'answer', status: 429, headers: { 'retry-after': '1' }, body: { status: 429, message: 'slow down' } },
  ],
  ['mirakl: an answer that takes its time', 1, { kind: 'delay', ms: 700, at: 'after-effect' }],
];

/** Lets both simulators fail now and then, so many times as often as usual. */
export function letFail(
  { stripe, mirakl }: { readonly stripe: StripeSimulator; readonly mirakl: MiraklSimulator },
  intensity: number,
): Faults {
  const faults = new Map<string, Fault>();
  const add = (to: StripeSimulator['faults'], [name, percent, rule]: ChanceOf) =>
    faults.set(name, to.add({ ...rule, ...always, probability: (percent / 100) * intensity }));
  for (const chance of onStripe) add(stripe.faults, chance);
  for (const chance of onMirakl) add(mirakl.faults, chance);
  return {
    counts: () => Object.fromEntries([...faults].map(([name, fault]) => [name, fault.hits()])),
    clear() {
      for (const fault of faults.values()) fault.release();
    },
  };
}

import type { FaultRule, MiraklSimulator, StripeSimulator } from '@connector/simulator';

const always = { times: Number.POSITIVE_INFINITY };
const broken = { type: 'api_error', message: 'Something went wrong on our end.' };
const tooMany = { type: 'invalid_request_error', code: 'rate_limit', message: 'Too many requests.' };

/** Between them they strike about one call in six. Stripe keeps some of its errors under the idempotency key, and some not. */
const stripeFaults: readonly FaultRule[] = [
  { kind: 'cut-after-effect', method: 'POST', probability: 0.06 },
  { kind: 'cut-before-effect', probability: 0.03 },
  { kind: 'answer', status: 500, body: { error: broken }, stored: true, method: 'POST', probability: 0.03 },
  { kind: 'answer', status: 503, body: '<html>Bad gateway</html>', probability: 0.02 },
  { kind: 'answer', status: 429, body: { error: tooMany }, probability: 0.03 },
  { kind: 'delay', ms: 30, at: 'after-effect', probability: 0.05 },
];

/** The client waits for a while, in real time, before it reads again: so there are fewer of those. */
const miraklFaults: readonly FaultRule[] = [
  { kind: 'cut-after-effect', method: 'PUT', probability: 0.1 },
  { kind: 'cut-before-effect', method: 'PUT', probability: 0.05 },
  { kind: 'answer', status: 500, body: { status: 500, message: 'Internal server error' }, probability: 0.02 },
];

/** From here on both sides fail now and then. Gives back what makes them whole again. */
export function breakThings(mirakl: MiraklSimulator, stripe: StripeSimulator): () => void {
  for (const rule of stripeFaults) stripe.faults.add({ ...always, ...rule });
  for (const rule of miraklFaults) mirakl.faults.add({ ...always, ...rule });
  return () => {
    stripe.faults.clear();
    mirakl.faults.clear();
  };
}

import { expect } from 'vitest';
import { createExpressAccount } from './accounts.ts';
import { test } from './stripe-test.ts';

test('an error about a new account repeats nothing that the seller is described by, and names the field', async ({
  simulator,
  stripe,
}) => {
  const profile = { name: 'Jane Doe Ceramics', support_phone: '0612345678', support_email: 'jane@example.com' };
  const told = `${profile.name} of "0612345678", tax FR12345, cannot be reached`;
  const error = { type: 'invalid_request_error', message: told, param: 'business_profile[support_phone]' };
  simulator.faults.add({ kind: 'answer', status: 400, body: { error } });
  const request = { type: 'express', business_profile: profile, metadata: { vat: 'FR12345' } } as const;
  await expect(createExpressAccount(stripe, { request, idempotencyKey: 'account/1' })).rejects.toMatchObject({
    message: '[hidden] of "[hidden]", tax [hidden], cannot be reached',
    ...{ code: 'stripe_refused', kind: 'refused', param: 'business_profile[support_phone]', httpStatus: 400 },
  });
});

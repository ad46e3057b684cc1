import { expect } from 'vitest';
import type { KycState } from './kyc-state.ts';
import { test } from './simulator-test.ts';

const inOrder = {
  details_submitted: true,
  payouts_enabled: true,
  charges_enabled: true,
  capabilities: { card_payments: 'active', transfers: 'active' },
  requirements: { currently_due: [], pending_verification: [], disabled_reason: null },
};
const asked = [expect.any(String)];

test.for<[KycState, object]>([
  ['approved', inOrder],
  ['needs-information', { ...inOrder, requirements: { ...inOrder.requirements, currently_due: asked } }],
  [
    'under-review',
    {
      payouts_enabled: false,
      charges_enabled: false,
      capabilities: { transfers: 'pending' },
      requirements: { pending_verification: asked, disabled_reason: 'requirements.pending_verification' },
    },
  ],
  [
    'rejected',
    {
      payouts_enabled: false,
      charges_enabled: false,
      capabilities: { transfers: 'inactive' },
      requirements: { disabled_reason: 'rejected.fraud', currently_due: [], pending_verification: [] },
    },
  ],
  [
    'payouts-paused',
    { ...inOrder, payouts_enabled: false, requirements: { disabled_reason: 'platform_paused', currently_due: [] } },
  ],
])(
  'a seller who is %s looks so whatever he was before, also in the list',
  async ([state, expected], { simulator, stripe }) => {
    const { id } = simulator.given.account();
    for (const before of ['rejected', 'under-review', state] as const) simulator.setKyc(id, before);
    expect(await stripe.accounts.retrieve(id)).toMatchObject(expected);
    expect((await stripe.accounts.list()).data).toMatchObject([expected]);
    expect(simulator.events().at(-1)?.event).toMatchObject({ account: id, data: { object: expected } });
  },
);

test('a seller who was never asked to take cards is approved without them', ({ simulator }) => {
  const { id } = simulator.given.account({ capabilities: { transfers: 'inactive' }, charges_enabled: false });
  simulator.setKyc(id, 'approved');
  expect(simulator.accounts()).toMatchObject([{ charges_enabled: false, payouts_enabled: true }]);
  expect(simulator.accounts()[0]?.capabilities).toEqual({ transfers: 'active' });
});

import { describe, expect, test } from 'vitest';
import { decideKycStatus, type KycFacts } from './decide-kyc-status.ts';

const inOrder: KycFacts = {
  currentlyDue: [],
  pendingVerification: [],
  disabledReason: null,
  payoutsEnabled: true,
  capabilities: new Map([
    ['card_payments', 'active'],
    ['transfers', 'active'],
  ]),
};

describe('the KYC status of an account, the first rule that matches wins', () => {
  test.each([
    ['everything is in order', {}, 'APPROVED'],
    ['something is due now', { currentlyDue: ['external_account'] }, 'PENDING_SUBMISSION'],
    [
      'something is due now and something is being checked',
      { currentlyDue: ['external_account'], pendingVerification: ['individual.id_number'] },
      'PENDING_SUBMISSION',
    ],
    ['something is being checked', { pendingVerification: ['individual.id_number'] }, 'PENDING_APPROVAL'],
    [
      'something is being checked of a rejected account',
      { pendingVerification: ['individual.id_number'], disabledReason: 'rejected.fraud' },
      'PENDING_APPROVAL',
    ],
    ['it was rejected', { disabledReason: 'rejected.terms_of_service', payoutsEnabled: false }, 'REFUSED'],
    ['it is disabled for another reason', { disabledReason: 'listed', payoutsEnabled: false }, 'PENDING_APPROVAL'],
    ['payouts are disabled without a reason', { payoutsEnabled: false }, undefined],
    ['a capability is still pending', { capabilities: new Map([['transfers', 'pending']]) }, undefined],
  ] as const)('%s', (_, facts, status) => {
    expect(decideKycStatus({ ...inOrder, ...facts })).toBe(status);
  });

  test('L17: an account for transfers alone becomes approved, although charges are not enabled', () => {
    expect(decideKycStatus({ ...inOrder, capabilities: new Map([['transfers', 'active']]) })).toBe('APPROVED');
  });
});

import { describe, expect, test } from 'vitest';
import { decideShopUpdate, type ShopUpdateFacts } from './decide-shop-update.ts';

const facts: ShopUpdateFacts = {
  occasion: 'event',
  ignored: false,
  detailsSubmitted: true,
  isBlocked: false,
  wasBlocked: false,
  status: 'APPROVED',
  told: 'APPROVED',
  tellsOfBlocks: false,
};

describe('what Mirakl is told of a shop', () => {
  test.each([
    ['after an event: a fresh login link and the status', {}, { link: 'login', kyc: { status: 'APPROVED' } }],
    ['after an event, with a status that cannot be told: the link alone', { status: undefined }, { link: 'login' }],
    ['before the details are there: nothing', { detailsSubmitted: false, status: 'PENDING_SUBMISSION' }, undefined],
    ['of a shop that the operator excludes: nothing', { ignored: true }, undefined],
    ['in the daily round, nothing new: nothing', { occasion: 'round' }, undefined],
    ['in the first round: nothing, the status is only taken note of', { occasion: 'round', told: null }, undefined],
    [
      'in the daily round, after a missed event: the status, and a login link if all is well',
      { occasion: 'round', told: 'PENDING_APPROVAL' },
      { link: 'login', kyc: { status: 'APPROVED' } },
    ],
    [
      'in the daily round, after a missed request for information: the status alone',
      { occasion: 'round', status: 'PENDING_SUBMISSION' },
      { kyc: { status: 'PENDING_SUBMISSION' } },
    ],
    [
      'when somebody asks: the status if it is news',
      { occasion: 'asked', told: null },
      { kyc: { status: 'APPROVED' } },
    ],
    ['when somebody asks and it is no news: nothing', { occasion: 'asked' }, undefined],
    [
      'of a new block, if that is wanted: the reason and an onboarding link',
      { tellsOfBlocks: true, isBlocked: true, status: undefined },
      { link: 'onboarding', kyc: { status: 'PENDING_APPROVAL', reason: 'STRIPE CONNECT ACCOUNT DISABLEMENT' } },
    ],
    [
      'of a lifted block, if that is wanted: approval and a login link',
      { tellsOfBlocks: true, occasion: 'round', wasBlocked: true },
      { link: 'login', kyc: { status: 'APPROVED' } },
    ],
    [
      'of a new block, if that is not wanted: what the event calls for',
      { isBlocked: true, status: 'REFUSED' },
      { link: 'login', kyc: { status: 'REFUSED' } },
    ],
  ] as const)('%s', (_, change, wanted) => {
    expect(decideShopUpdate({ ...facts, ...change })).toEqual(wanted);
  });
});

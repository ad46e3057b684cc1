import { test, type World } from '@connector/testing';
import { describe, expect } from 'vitest';
import {
  follow,
  givenSeller,
  hear,
  loginLinksOf,
  mappingOf,
  noticesIn,
  rules,
  shopOnMirakl,
  write,
  writesTo,
} from './kyc-test.ts';

const events = ({ db }: World) =>
  db.selectFrom('stripe_event').select(['id', 'handled_at', 'outcome']).orderBy('id').execute();

test('a change of an account reaches the ledger, Mirakl and the operator', async ({ world }) => {
  const { shopId, accountId } = await givenSeller(world, {}, { onboarding_token: 'f'.repeat(32) });
  expect(await hear(world, accountId, 'evt_1')).toEqual({ accepted: true, text: 'Event received' });
  expect(await follow(world, accountId)).toBe('the account can be paid');
  expect(await mappingOf(world, shopId)).toMatchObject({
    payout_enabled: true,
    payin_enabled: true,
    disabled_reason: null,
    onboarding_token: null,
    details_submitted: true,
    account_type: 'express',
    kyc_status: 'APPROVED',
    kyc_blocked_at: null,
  });
  expect(await noticesIn(world)).toEqual([
    {
      type: 'account.updated',
      about: 'account.updated/evt_1',
      payload: { miraklShopId: shopId, stripeUserId: accountId },
    },
  ]);
  expect(await write(world)).toBe('1 of 1 shops written');
  expect(shopOnMirakl(world, shopId)).toMatchObject({
    kyc: { status: 'APPROVED' },
    additionalFields: { 'stripe-url': expect.stringContaining('/simulated/express/') },
  });
  expect(await events(world)).toMatchObject([
    { id: 'evt_1', handled_at: world.now(), outcome: 'the account can be paid' },
  ]);
});

test('account.updated delivered twice and out of order ends in the true state; the operator is told once per event', async ({
  world,
}) => {
  const { shopId, accountId } = await givenSeller(world);
  world.stripeSimulator.changeAccount(accountId, {
    payouts_enabled: false,
    requirements: { disabled_reason: 'rejected.fraud' },
  });
  await hear(world, accountId, 'evt_2');
  await follow(world, accountId);
  // An older event, when the account was in order, comes late, and the newer one comes once more.
  expect((await hear(world, accountId, 'evt_1')).text).toBe('Event received');
  expect((await hear(world, accountId, 'evt_2')).text).toBe('Event was received before');
  await follow(world, accountId);
  expect(await mappingOf(world, shopId)).toMatchObject({
    payout_enabled: false,
    disabled_reason: 'rejected.fraud',
    kyc_status: 'REFUSED',
  });
  expect((await noticesIn(world)).map(({ about }) => about)).toEqual([
    'account.updated/evt_2',
    'account.updated/evt_1',
  ]);
});

test('L25: a late event of better days does not switch payouts on again', async ({ world }) => {
  const { shopId, accountId } = await givenSeller(world, { payouts_enabled: false });
  await hear(world, accountId, 'evt_from_better_days');
  await follow(world, accountId);
  expect(await mappingOf(world, shopId)).toMatchObject({ payout_enabled: false, payin_enabled: true });
});

test('L26: one change causes one login link, one write to Mirakl and one notification; a burst of changes one link and one write', async ({
  world,
}) => {
  const { accountId } = await givenSeller(world);
  for (const id of ['evt_1', 'evt_2', 'evt_3']) await hear(world, accountId, id);
  expect(await world.queues.byName.kyc.getWaitingCount()).toBe(1);
  await follow(world, accountId);
  await follow(world, accountId);
  await write(world);
  await write(world);
  expect(loginLinksOf(world)).toHaveLength(1);
  expect(writesTo(world)).toHaveLength(1);
  expect(await noticesIn(world)).toHaveLength(3);
  expect(await world.queues.byName.notifications.getWaitingCount()).toBe(3);
});

test('L9: a routine request for information, with payouts still enabled, blocks nothing', async ({ world }) => {
  const { shopId, accountId } = await givenSeller(world, {
    requirements: { currently_due: ['individual.verification.document'], eventually_due: ['company.tax_id'] },
  });
  await hear(world, accountId, 'evt_1');
  await follow(world, accountId);
  expect(await mappingOf(world, shopId)).toMatchObject({ kyc_status: 'PENDING_SUBMISSION', kyc_blocked_at: null });
});

describe('a block', () => {
  test.for([
    ['payouts are disabled', { payouts_enabled: false, requirements: { disabled_reason: 'requirements.past_due' } }],
    ['transfers do not reach it', { capabilities: { card_payments: 'active', transfers: 'inactive' } }],
  ] as const)('falls when %s, and is lifted when the account is in order again', async ([, trouble], { world }) => {
    const { shopId, accountId } = await givenSeller(world);
    world.stripeSimulator.changeAccount(accountId, trouble);
    await hear(world, accountId, 'evt_1');
    await follow(world, accountId);
    const blockedAt = world.now();
    expect(await mappingOf(world, shopId)).toMatchObject({ kyc_blocked_at: blockedAt, ignored: false });

    world.clock.advance(3_600_000);
    await hear(world, accountId, 'evt_2');
    await follow(world, accountId);
    expect(await mappingOf(world, shopId)).toMatchObject({ kyc_blocked_at: blockedAt });

    world.stripeSimulator.completeOnboarding(accountId);
    await hear(world, accountId, 'evt_3');
    await follow(world, accountId);
    expect(await mappingOf(world, shopId)).toMatchObject({
      kyc_blocked_at: null,
      kyc_block_reason: null,
      release_due_at: world.now(),
    });
    const released = await world.queues.byName['payment-split'].getWaiting();
    expect(released.map(({ name, data }) => [name, data])).toEqual([['payment-split.release-shop', { shopId }]]);
  });

  test('and the wish of the operator are two facts: neither overwrites the other', async ({ world }) => {
    const { shopId, accountId } = await givenSeller(world, { payouts_enabled: false }, { ignored: true });
    await hear(world, accountId, 'evt_1');
    await follow(world, accountId);
    expect(await mappingOf(world, shopId)).toMatchObject({ ignored: true, kyc_blocked_at: world.now() });
    world.stripeSimulator.completeOnboarding(accountId);
    await hear(world, accountId, 'evt_2');
    await follow(world, accountId);
    expect(await mappingOf(world, shopId)).toMatchObject({ ignored: true, kyc_blocked_at: null });
    expect(writesTo(world)).toEqual([]);
  });

  test('is told to Mirakl with its reason and a link to mend it, if the operator wants that', async ({ world }) => {
    const { shopId, accountId } = await givenSeller(world);
    world.stripeSimulator.changeAccount(accountId, { payouts_enabled: false });
    await hear(world, accountId, 'evt_1');
    await follow(world, accountId, { rules: { ...rules, tellsOfBlocks: true } });
    await write(world);
    expect(shopOnMirakl(world, shopId)).toMatchObject({
      kyc: { status: 'PENDING_APPROVAL', reason: 'STRIPE CONNECT ACCOUNT DISABLEMENT' },
      additionalFields: { 'stripe-url': world.stripeSimulator.accountLinks()[0]?.url },
    });
  });
});

describe('an account that is none of ours', () => {
  test('is left alone, and its event is not kept', async ({ world }) => {
    const { id } = world.stripeSimulator.given.account();
    expect((await hear(world, id, 'evt_1')).text).toBe('Ignored: no shop is mapped to this account');
    expect(await events(world)).toEqual([]);
  });

  test('or any more, because its seller has disconnected it, is blocked', async ({ world }) => {
    const { shopId, accountId } = await givenSeller(world);
    await hear(world, accountId, 'evt_1');
    world.stripeSimulator.faults.add({
      path: `/v1/accounts/${accountId}`,
      kind: 'answer',
      status: 403,
      body: { error: { type: 'invalid_request_error', code: 'account_invalid', message: 'no access' } },
    });
    expect(await follow(world, accountId)).toBe('the account cannot be reached');
    expect(await mappingOf(world, shopId)).toMatchObject({
      kyc_blocked_at: world.now(),
      kyc_block_reason: 'no access',
    });
    expect(await events(world)).toMatchObject([{ outcome: 'the account cannot be reached' }]);
  });
});

describe('when something breaks', () => {
  test('a Stripe that does not answer leaves the event to be dealt with later', async ({ world }) => {
    const { accountId } = await givenSeller(world);
    await hear(world, accountId, 'evt_1');
    world.stripeSimulator.faults.add({ path: `/v1/accounts/${accountId}`, kind: 'answer', status: 500, body: {} });
    await expect(follow(world, accountId)).rejects.toMatchObject({ retryable: true });
    expect(await events(world)).toMatchObject([{ handled_at: null }]);
    await follow(world, accountId);
    expect(await events(world)).toMatchObject([{ handled_at: world.now() }]);
  });

  test('a worker that dies before the event is marked tells the operator once all the same', async ({ world }) => {
    const { accountId } = await givenSeller(world);
    await hear(world, accountId, 'evt_1');
    await follow(world, accountId);
    await world.db.updateTable('stripe_event').set({ handled_at: null }).execute();
    await follow(world, accountId);
    expect(await noticesIn(world)).toHaveLength(1);
  });

  test('a look that was overtaken by a later one looks again', async ({ world }) => {
    const { shopId, accountId } = await givenSeller(world);
    const later = new Date(world.now().getTime() + 1_000);
    await world.db.updateTable('account_mapping').set({ account_read_at: later }).execute();
    await expect(follow(world, accountId)).rejects.toMatchObject({ code: 'account_read_meanwhile', retryable: true });
    world.clock.advance(2_000);
    await follow(world, accountId);
    expect(await mappingOf(world, shopId)).toMatchObject({ payout_enabled: true });
  });
});

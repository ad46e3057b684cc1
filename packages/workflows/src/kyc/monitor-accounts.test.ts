import { createMailer } from '@connector/outbound';
import { test, type World } from '@connector/testing';
import { startMailServer } from '@connector/testing/mail-server';
import { describe, expect, onTestFinished } from 'vitest';
import { givenSeller, links, mappingOf, rules, shopOnMirakl, write, writesTo } from './kyc-test.ts';
import { monitorAccounts } from './monitor-accounts.ts';

const sweep = { renew: () => Promise.resolve() };
const monitor = (world: World, change: object = {}) =>
  monitorAccounts({ ...world, rules, mailer: undefined, ...change }, {}, sweep);

const callsTo = ({ stripeSimulator }: World) =>
  stripeSimulator.requests().map(({ method, path }) => `${method} ${path}`);

test('the round catches what no webhook told: it blocks, and lifts the block when all is well again', async ({
  world,
}) => {
  const { shopId, accountId } = await givenSeller(world);
  await monitor(world);
  expect(await mappingOf(world, shopId)).toMatchObject({ payout_enabled: true, kyc_status: 'APPROVED' });

  world.stripeSimulator.changeAccount(accountId, {
    payouts_enabled: false,
    requirements: { disabled_reason: 'requirements.past_due' },
  });
  world.clock.advance(86_400_000);
  await monitor(world);
  expect(await mappingOf(world, shopId)).toMatchObject({
    payout_enabled: false,
    kyc_blocked_at: world.now(),
    kyc_block_reason: 'payouts disabled: requirements.past_due',
  });

  world.stripeSimulator.completeOnboarding(accountId);
  world.clock.advance(86_400_000);
  await monitor(world);
  expect(await mappingOf(world, shopId)).toMatchObject({ kyc_blocked_at: null, release_due_at: world.now() });
  expect((await world.queues.byName['payment-split'].getWaiting()).map(({ data }) => data)).toEqual([{ shopId }]);
});

test('a missed change of the KYC status reaches Mirakl; the first round only takes note of where everybody stands', async ({
  world,
}) => {
  const { shopId, accountId } = await givenSeller(world);
  await monitor(world);
  expect(await write(world)).toBe('0 of 0 shops written');
  world.stripeSimulator.changeAccount(accountId, { requirements: { currently_due: ['external_account'] } });
  world.clock.advance(86_400_000);
  await monitor(world);
  await write(world);
  expect(shopOnMirakl(world, shopId)?.kyc.status).toBe('PENDING_SUBMISSION');
  world.clock.advance(86_400_000);
  await monitor(world);
  await write(world);
  expect(writesTo(world)).toHaveLength(1);
});

test('with KYC_MIRAKL_SHOP_DISABLE_UPDATE Mirakl hears of a block with its reason and a link, and of its end', async ({
  world,
}) => {
  const { shopId, accountId } = await givenSeller(world);
  const tells = { rules: { ...rules, tellsOfBlocks: true } };
  world.stripeSimulator.changeAccount(accountId, { payouts_enabled: false });
  await monitor(world, tells);
  await write(world);
  const [link] = world.stripeSimulator.accountLinks();
  expect(shopOnMirakl(world, shopId)).toMatchObject({
    kyc: { status: 'PENDING_APPROVAL', reason: 'STRIPE CONNECT ACCOUNT DISABLEMENT' },
    additionalFields: { 'stripe-url': link?.url },
  });
  expect(link?.refresh_url).toContain(links.refreshUrl);

  world.stripeSimulator.completeOnboarding(accountId);
  world.clock.advance(86_400_000);
  await monitor(world, tells);
  await write(world);
  expect(shopOnMirakl(world, shopId)).toMatchObject({
    kyc: { status: 'APPROVED' },
    additionalFields: { 'stripe-url': expect.stringContaining('/simulated/express/') },
  });
});

describe('L34: the round reads lists', () => {
  test('a hundred accounts a call, whether they are ours or not', async ({ world }) => {
    for (let number = 0; number < 130; number += 1) {
      if (number % 2 === 0) await givenSeller(world);
      else world.stripeSimulator.given.account();
    }
    expect(await monitor(world)).toBe('65 accounts looked at, 0 cannot be reached, 0 need attention');
    expect(callsTo(world)).toEqual(['GET /v1/accounts', 'GET /v1/accounts']);
  });

  test('and only what is not on them one by one: an account that is lost is blocked', async ({ world }) => {
    const lost = world.miraklSimulator.given.shop();
    await world.db
      .insertInto('account_mapping')
      .values({ mirakl_shop_id: lost.id, stripe_account_id: 'acct_disconnected' })
      .execute();
    await givenSeller(world);
    expect(await monitor(world)).toBe('1 accounts looked at, 1 cannot be reached, 1 need attention');
    expect(callsTo(world)).toEqual(['GET /v1/accounts', 'GET /v1/accounts/acct_disconnected']);
    expect(await mappingOf(world, lost.id)).toMatchObject({ kyc_blocked_at: world.now() });
  });
});

describe('the mail about accounts that need attention', () => {
  async function mailbox() {
    const server = await startMailServer();
    onTestFinished(() => server.close());
    const mailer = createMailer({
      server: { host: '127.0.0.1', port: server.port, encryption: 'none', username: undefined, password: undefined },
      from: 'connector@example.com',
      to: 'operator@example.com',
    });
    return { mailer, mails: server.mails };
  }

  test('lists them, but for shops that the operator excludes', async ({ world }) => {
    const { mailer, mails } = await mailbox();
    await givenSeller(world);
    await givenSeller(world, { payouts_enabled: false }, { ignored: true });
    const blocked = await givenSeller(world, { payouts_enabled: false, requirements: { disabled_reason: 'listed' } });
    const due = await givenSeller(world, { requirements: { currently_due: ['external_account'] } });
    expect(await monitor(world, { mailer })).toBe('4 accounts looked at, 0 cannot be reached, 2 need attention');
    expect(mails()).toHaveLength(1);
    expect(mails()[0]?.subject).toBe('[Stripe-Mirakl] KYC Required');
    const text = mails()[0]?.text ?? '';
    expect(text).toContain(`Account id: ${blocked.accountId}\nShop id: ${blocked.shopId}\nStatus: PENDING_APPROVAL\n`);
    expect(text).toContain(`Account id: ${due.accountId}\nShop id: ${due.shopId}\nStatus: PENDING_SUBMISSION\n`);
  });

  test('is not sent when all is well', async ({ world }) => {
    const { mailer, mails } = await mailbox();
    await givenSeller(world);
    await monitor(world, { mailer });
    expect(mails()).toEqual([]);
  });
});

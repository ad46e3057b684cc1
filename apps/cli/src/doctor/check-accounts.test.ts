import { test, type World } from '@connector/testing';
import { expect } from 'vitest';
import { diagnose, environment, registerWebhooks } from '../cli-test.ts';

/** Maps shops to accounts, the first shop being 2000. */
async function map(world: World, accountIds: readonly string[], firstShopId = 2_000) {
  const rows = accountIds.map((stripe_account_id, index) => ({
    ...{ mirakl_shop_id: firstShopId + index, stripe_account_id },
    ...{ payout_enabled: true, payin_enabled: true },
  }));
  await world.db.insertInto('account_mapping').values(rows).execute();
}

function accounts(world: World, count: number, interval: 'manual' | 'daily') {
  return Array.from({ length: count }, () => {
    const account = world.stripeSimulator.given.account();
    const payouts = { ...account.settings?.payouts, schedule: { delay_days: 7, interval } };
    Object.assign(account.settings ?? {}, { payouts });
    return account.id;
  });
}

async function diagnoseAccounts(world: World) {
  registerWebhooks(world);
  const { code, output } = await diagnose(environment(world));
  const lines = output.trim().split('\n');
  const said = lines.filter((line, index) => /^. Accounts/.test(line) || /^. Accounts/.test(lines[index - 1] ?? ''));
  return { code, verdict: lines.at(-1), said };
}

test('accounts in order are counted, and read 100 a call', async ({ world }) => {
  await map(world, accounts(world, 120, 'manual'));
  const { code, verdict, said } = await diagnoseAccounts(world);
  expect(said[0]).toBe('✓ Accounts: 120 are within reach, and leave payouts to the connector');
  expect({ code, verdict }).toEqual({ code: 0, verdict: 'READY' });
  const lists = world.stripeSimulator.requests().filter(({ path }) => path === '/v1/accounts');
  expect(lists.map(({ query }) => query)).toMatchObject([{ limit: '100' }, { limit: '100' }]);
});

test('doctor finds mapped accounts that Stripe pays out by itself', async ({ world }) => {
  accounts(world, 3, 'daily');
  const daily = accounts(world, 7, 'daily');
  await map(world, [...accounts(world, 2, 'manual'), ...daily], 2_000);
  const { code, verdict, said } = await diagnoseAccounts(world);
  const named = daily.toReversed().slice(0, 5);
  expect(said[0]).toMatch(/^! Accounts: paid out by Stripe, not manually: acct_\w+ \(shop 20\d\d\), .* and 2 more$/);
  for (const accountId of named) expect(said[0]).toContain(accountId);
  expect(said[1]).toContain('Payouts → Edit schedule: manual');
  expect({ code, verdict }).toEqual({ code: 0, verdict: 'READY WITH WARNINGS' });
});

test("the tax account is the operator's own, and may be paid out as he likes", async ({ world }) => {
  await map(world, accounts(world, 1, 'daily'), 0);
  expect((await diagnoseAccounts(world)).verdict).toBe('READY');
});

test('doctor finds a mapped account that the key does not reach', async ({ world }) => {
  await map(world, [...accounts(world, 2, 'manual'), 'acct_disconnected']);
  const { code, verdict, said } = await diagnoseAccounts(world);
  expect(said[0]).toBe("! Accounts: out of the key's reach: acct_disconnected (shop 2002)");
  expect(said[1]).toContain('The seller has disconnected it, or it belongs to another platform');
  expect({ code, verdict }).toEqual({ code: 0, verdict: 'READY WITH WARNINGS' });
});

test('a key that reaches none of them is most likely that of another platform', async ({ world }) => {
  accounts(world, 5, 'manual');
  await map(
    world,
    Array.from({ length: 15 }, (_, index) => `acct_elsewhere${index}`),
  );
  const { code, verdict, said } = await diagnoseAccounts(world);
  expect(said[0]).toMatch(/^✗ Accounts: out of the key's reach: acct_elsewhere14 \(shop 2014\), .* and 5 more$/);
  expect(said[1]).toContain('Check STRIPE_CLIENT_SECRET');
  expect(said[2]).toBe('· Accounts: 5 were not looked at, because there are so many');
  expect({ code, verdict }).toEqual({ code: 1, verdict: 'NOT READY' });
});

test('an old account of a long list is asked for by itself', async ({ world }) => {
  await map(world, accounts(world, 1, 'daily'));
  accounts(world, 1_000, 'manual');
  const { said } = await diagnoseAccounts(world);
  expect(said[0]).toMatch(/^! Accounts: paid out by Stripe, not manually: acct_\w+ \(shop 2000\)$/);
  const calls = world.stripeSimulator.requests().filter(({ path }) => path.startsWith('/v1/accounts'));
  expect(calls).toHaveLength(11);
});

test('a restricted key that may not see accounts is a warning that names the permission', async ({ world }) => {
  await map(world, accounts(world, 1, 'manual'));
  const message = "Having the 'rak_accounts_read' permission would allow this request to continue.";
  const body = { error: { type: 'invalid_request_error', message } };
  world.stripeSimulator.faults.add({ kind: 'answer', status: 403, body, path: '/v1/accounts' });
  const { verdict, said } = await diagnoseAccounts(world);
  expect(said[0]).toContain(
    '! Accounts: could not be looked at: the restricted key lacks the permission rak_accounts_read',
  );
  expect(verdict).toBe('READY WITH WARNINGS');
});

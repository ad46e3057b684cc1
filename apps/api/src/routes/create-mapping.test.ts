import { test, type World } from '@connector/testing';
import { describe, expect } from 'vitest';
import { serveApi } from '../api-test.ts';

const mappings = ({ db }: World) => db.selectFrom('account_mapping').selectAll().orderBy('id').execute();

/** A shop and an account that do not know each other yet. */
function givenPair({ miraklSimulator, stripeSimulator }: World) {
  const shop = miraklSimulator.given.shop();
  const account = stripeSimulator.given.account();
  return { miraklShopId: shop.id, stripeUserId: account.id };
}

describe('POST /api/mappings', () => {
  test('L28: maps an account, with payouts and charges enabled the right way round', async ({ world }) => {
    const [paidOut, paidIn] = [givenPair(world), givenPair(world)];
    world.stripeSimulator.changeAccount(paidOut.stripeUserId, { payouts_enabled: true, charges_enabled: false });
    world.stripeSimulator.changeAccount(paidIn.stripeUserId, {
      ...{ payouts_enabled: false, charges_enabled: true, type: 'custom' },
      requirements: { disabled_reason: 'requirements.past_due' },
    });
    const { get, post } = await serveApi(world);
    for (const pair of [paidOut, paidIn]) {
      const { status, headers, text } = await post('/api/mappings', pair);
      expect([status, text]).toEqual([201, 'Mirakl - Stripe mapping created']);
      expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    }
    expect((await get('/api/mappings')).json).toMatchObject([
      { stripeAccountId: paidOut.stripeUserId, payoutEnabled: true, payinEnabled: false, disabledReason: null },
      { payoutEnabled: false, payinEnabled: true, disabledReason: 'requirements.past_due', onboardingToken: false },
    ]);
  });

  test('L28: says which field is wrong, whatever JSON comes', async ({ world }) => {
    const pair = givenPair(world);
    const { post, request } = await serveApi(world);
    const shopId = 'miraklShopId must be a whole number from 0 to 2147483647';
    const accountId = 'stripeUserId must be the id of a Stripe account: acct_…';
    const anObject = 'The body must be an object with miraklShopId and stripeUserId';
    const wrong: [unknown, string][] = [
      [{ ...pair, miraklShopId: String(pair.miraklShopId) }, shopId],
      [{ ...pair, miraklShopId: 1.5 }, shopId],
      [{ ...pair, miraklShopId: -1 }, shopId],
      [{ ...pair, miraklShopId: 2 ** 31 }, shopId],
      [{ ...pair, miraklShopId: null }, shopId],
      [{ ...pair, stripeUserId: 7 }, accountId],
      [{ ...pair, stripeUserId: '' }, accountId],
      [{ ...pair, stripeUserId: ['acct_1'] }, accountId],
      [{}, `${shopId}; ${accountId}`],
      [[], anObject],
      ['{', 'Invalid JSON format'],
      ['"text"', 'Invalid JSON format'],
      ['', `${shopId}; ${accountId}`],
    ];
    for (const [body, complaint] of wrong) {
      const { status, text, headers } = await post('/api/mappings', body);
      expect([body, status, text]).toEqual([body, 400, complaint]);
      expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    }
    expect((await request('/api/mappings', { method: 'POST' })).status).toBe(400);
    expect(await mappings(world)).toEqual([]);
  });

  test('reads JSON whatever it is called, as the old connector did', async ({ world }) => {
    const { post } = await serveApi(world);
    const plain = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await post('/api/mappings', givenPair(world), plain)).status).toBe(201);
  });

  test('L28: refuses shops and accounts that are unknown, and Standard accounts', async ({ world }) => {
    const pair = givenPair(world);
    const standard = world.stripeSimulator.given.account({ type: 'standard' });
    const { post } = await serveApi(world);
    const noShop = 'Invalid Mirakl Shop ID';
    const noAccount = 'Cannot find the Stripe account corresponding to this stripe Id';
    const noStandard = 'Only Express and Custom accounts can be mapped, Standard accounts are not supported';
    for (const [body, text] of [
      [{ ...pair, miraklShopId: 999_999 }, noShop],
      [{ ...pair, stripeUserId: 'acct_unknown' }, noAccount],
      [{ ...pair, stripeUserId: '../customers' }, noAccount],
      [{ ...pair, stripeUserId: standard.id }, noStandard],
      [{ ...pair, stripeUserId: world.stripeSimulator.platform.id }, noStandard],
    ] as const) {
      const answer = await post('/api/mappings', body);
      expect([body, answer.status, answer.text]).toEqual([body, 400, text]);
    }
    expect(await mappings(world)).toEqual([]);
  });

  test('refuses a shop or an account that is mapped already', async ({ world }) => {
    const [one, other] = [givenPair(world), givenPair(world)];
    const { post } = await serveApi(world);
    expect((await post('/api/mappings', one)).status).toBe(201);
    for (const body of [
      one,
      { ...one, miraklShopId: other.miraklShopId },
      { ...other, miraklShopId: one.miraklShopId },
    ]) {
      const { status, text } = await post('/api/mappings', body);
      expect([status, text]).toEqual([409, 'The provided Mirakl Shop ID or Stripe User Id is already mapped']);
    }
    expect(await mappings(world)).toHaveLength(1);
  });

  test('L27: says so when Mirakl or Stripe cannot be asked, and saves nothing', async ({ world }) => {
    const pair = givenPair(world);
    const { post } = await serveApi(world);
    const fails = { kind: 'answer', status: 500, body: {}, times: 9 } as const;
    const mirakl = world.miraklSimulator.faults.add({ path: '/api/shops', ...fails });
    const withoutMirakl = await post('/api/mappings', pair);
    expect([withoutMirakl.status, withoutMirakl.json]).toEqual([503, { message: 'Mirakl answered S20 with 500' }]);
    mirakl.release();
    world.stripeSimulator.faults.add({ kind: 'cut-before-effect', times: 9 });
    const withoutStripe = await post('/api/mappings', pair);
    expect([withoutStripe.status, withoutStripe.json]).toEqual([503, { message: expect.stringMatching(/Stripe/) }]);
    expect(await mappings(world)).toEqual([]);
  });

  test('takes no endless body, and none in an encoding that it does not know', async ({ world }) => {
    const { post } = await serveApi(world);
    const long = await post('/api/mappings', { stripeUserId: 'x'.repeat(11_000) });
    expect([long.status, long.json]).toEqual([413, { message: 'The body is too long' }]);
    const packed = await post('/api/mappings', {}, { 'content-encoding': 'compress' });
    expect([packed.status, packed.json]).toEqual([415, { message: 'Unsupported Media Type' }]);
  });
});

describe('DELETE /api/mappings/{id}', () => {
  test('takes away a mapping that was made by mistake, once', async ({ world }) => {
    const { post, request, get } = await serveApi(world);
    await post('/api/mappings', givenPair(world));
    const remove = () => request('/api/mappings/1', { method: 'DELETE' });
    expect((await remove()).status).toBe(204);
    expect((await get('/api/mappings')).json).toEqual([]);
    const again = await remove();
    expect([again.status, again.json]).toEqual([404, { message: 'Not Found' }]);
    expect((await request('/api/mappings/none', { method: 'DELETE' })).status).toBe(404);
  });

  test('L28: of a mapping in use is refused with the reason', async ({ world }) => {
    const { post, request } = await serveApi(world);
    await post('/api/mappings', givenPair(world));
    const [mapping] = await mappings(world);
    await world.db
      .insertInto('stripe_transfer')
      .values({
        ...{ mirakl_id: 'O-1-A', type: 'TRANSFER_PRODUCT_ORDER', status: 'TRANSFER_PENDING' },
        account_mapping_id: mapping?.id ?? 0,
      })
      .execute();
    const { status, json } = await request('/api/mappings/1', { method: 'DELETE' });
    expect([status, json]).toEqual([
      409,
      { message: 'Mapping 1 cannot be deleted: transfers in the ledger have used it' },
    ]);
    expect(await mappings(world)).toHaveLength(1);
  });
});

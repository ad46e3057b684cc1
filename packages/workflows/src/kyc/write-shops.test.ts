import { test, type World } from '@connector/testing';
import { describe, expect } from 'vitest';
import { ringWaitingWork } from '../recovery/ring-waiting-work.ts';
import { givenSeller, links, loginLinksOf, mappingOf, shopOnMirakl, write, writesTo } from './kyc-test.ts';
import { requestShopUpdate } from './shop-updates-table.ts';

const request = (world: World, shopId: number, wanted: Parameters<typeof requestShopUpdate>[2]) =>
  requestShopUpdate(world.db, shopId, wanted, world.now());
const waiting = ({ db }: World) =>
  db.selectFrom('shop_update').select(['mirakl_shop_id', 'link', 'kyc_status', 'status_reason']).execute();

test('what waits for many shops is written in one call, links included', async ({ world }) => {
  const sellers = [await givenSeller(world), await givenSeller(world), await givenSeller(world)];
  for (const { shopId } of sellers) await request(world, shopId, { link: 'login', kyc: { status: 'APPROVED' } });
  expect(await write(world)).toBe('3 of 3 shops written');
  expect(writesTo(world)).toHaveLength(1);
  expect(loginLinksOf(world)).toHaveLength(3);
  for (const { shopId } of sellers) expect(shopOnMirakl(world, shopId)?.kyc.status).toBe('APPROVED');
  expect(await waiting(world)).toEqual([]);
});

test('requests for one shop become one, and the latest word counts', async ({ world }) => {
  const { shopId } = await givenSeller(world);
  await request(world, shopId, { link: 'login', kyc: { status: 'PENDING_APPROVAL', reason: 'SOMETHING' } });
  await request(world, shopId, { kyc: { status: 'APPROVED' } });
  await write(world);
  expect(writesTo(world).map(({ body }) => body)).toEqual([
    {
      shops: [
        {
          shop_id: shopId,
          shop_additional_fields: [{ code: 'stripe-url', value: expect.any(String) }],
          kyc: { status: 'APPROVED' },
        },
      ],
    },
  ]);
});

test('what is asked for while a batch is being written is not lost', async ({ world }) => {
  const { shopId } = await givenSeller(world);
  await request(world, shopId, { kyc: { status: 'PENDING_APPROVAL' } });
  const hold = world.miraklSimulator.faults.add({
    method: 'PUT',
    path: '/api/shops',
    kind: 'hold',
    at: 'after-effect',
  });
  const writing = write(world);
  await hold.reached;
  await request(world, shopId, { kyc: { status: 'APPROVED' } });
  hold.release();
  await writing;
  expect(await waiting(world)).toMatchObject([{ kyc_status: 'APPROVED' }]);
  await write(world);
  expect(shopOnMirakl(world, shopId)?.kyc.status).toBe('APPROVED');
});

describe('a shop that cannot be written', () => {
  test('because Mirakl refuses it holds up no other, and is tried again later', async ({ world }) => {
    const [refused, fine] = [await givenSeller(world), await givenSeller(world)];
    world.miraklSimulator.refuseShopUpdates(refused.shopId, 'Shop is closed');
    for (const { shopId } of [refused, fine]) await request(world, shopId, { kyc: { status: 'APPROVED' } });
    expect(await write(world)).toBe('1 of 2 shops written');
    expect(shopOnMirakl(world, fine.shopId)?.kyc.status).toBe('APPROVED');
    expect(await waiting(world)).toEqual([
      {
        mirakl_shop_id: refused.shopId,
        link: null,
        kyc_status: 'APPROVED',
        status_reason: 'shop_additional_fields: Shop is closed',
      },
    ]);

    world.miraklSimulator.refuseShopUpdates(refused.shopId, undefined);
    expect(await write(world)).toBe('0 of 0 shops written');
    world.clock.advance(5 * 60_000);
    await ringWaitingWork({ ...world, notifies: false });
    expect((await world.queues.byName.kyc.getWaiting()).map(({ name }) => name)).toEqual(['kyc.write-shops']);
    await write(world);
    expect(await waiting(world)).toEqual([]);
  });

  test('because there is no link to be had holds up no other', async ({ world }) => {
    const [without, fine] = [await givenSeller(world, { details_submitted: false }), await givenSeller(world)];
    for (const { shopId } of [without, fine]) await request(world, shopId, { link: 'login' });
    expect(await write(world)).toBe('1 of 2 shops written');
    expect(await waiting(world)).toMatchObject([
      { mirakl_shop_id: without.shopId, status_reason: expect.stringContaining('has not completed onboarding') },
    ]);
  });

  test('because Mirakl is away waits with all others', async ({ world }) => {
    const { shopId } = await givenSeller(world);
    await request(world, shopId, { kyc: { status: 'APPROVED' } });
    const away = { method: 'PUT', kind: 'answer', status: 403, body: { message: 'no' }, times: 5 } as const;
    const fault = world.miraklSimulator.faults.add(away);
    await expect(write(world)).rejects.toMatchObject({ code: 'mirakl_unauthorized', pausesQueue: true });
    fault.release();
    world.clock.advance(2 * 60_000);
    expect(await write(world)).toBe('1 of 1 shops written');
  });
});

test('two workers do not write the same shops', async ({ world }) => {
  const { shopId } = await givenSeller(world);
  await request(world, shopId, { link: 'login' });
  const outcomes = await Promise.all([write(world), write(world)]);
  expect(outcomes.toSorted()).toEqual(['0 of 0 shops written', '1 of 1 shops written']);
  expect(loginLinksOf(world)).toHaveLength(1);
});

test('L29: with stable links the field holds a link of ours, and no single-use link is made before the seller clicks', async ({
  world,
}) => {
  const { shopId } = await givenSeller(world);
  await request(world, shopId, { link: 'login' });
  await write(world, { linkKind: 'stable' });
  const { onboarding_token: token } = await mappingOf(world, shopId);
  expect(token).toMatch(/^[0-9a-f]{32}$/);
  expect(shopOnMirakl(world, shopId)?.additionalFields['stripe-url']).toBe(`${links.refreshUrl}?token=${token}`);
  expect(loginLinksOf(world)).toEqual([]);
});

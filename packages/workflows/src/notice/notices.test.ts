import { test } from '@connector/testing';
import { expect } from 'vitest';
import { addNotices } from './notices-table.ts';

test('the same event is told once, however often and by whomever it is noticed', async ({ world }) => {
  const notice = {
    type: 'account.updated',
    about: 'account.updated/evt_1',
    payload: { miraklShopId: 2_000, stripeUserId: 'acct_1' },
  } as const;
  const [first, second] = await Promise.all([
    addNotices(world.db, [notice], world.now()),
    addNotices(world.db, [notice], world.now()),
  ]);
  expect([...first, ...second]).toHaveLength(1);
  expect(await addNotices(world.db, [notice, { ...notice, about: 'account.updated/evt_2' }], world.now())).toHaveLength(
    1,
  );
  expect(await world.db.selectFrom('notification').select(['status', 'payload']).execute()).toEqual([
    { status: 'pending', payload: notice.payload },
    { status: 'pending', payload: notice.payload },
  ]);
});

import { test } from '@connector/testing';
import { expect } from 'vitest';
import { serveApi } from '../api-test.ts';

test('differences are listed with their cause, by kind, state, shop and time, also as CSV', async ({ world }) => {
  const { db, now } = world;
  const range = { compared_from: new Date(0), compared_to: now(), started_at: now(), advanced_at: now() };
  await db.insertInto('reconciliation_run').values(range).execute();
  const at = (first_seen_at: Date) => ({ first_seen_at, last_seen_at: now(), last_run_id: 1, part: 'transfers' });
  await db
    .insertInto('reconciliation_difference')
    .values([
      {
        ...{ ...at(new Date('2026-11-01T08:00:00Z')), listed_at: now(), kind: 'duplicate', subject: 'tr_2' },
        ...{ movement: 'transfer', stripe_id: 'tr_2', other_stripe_id: 'tr_1', stripe_account_id: 'acct_1' },
        ...{ mirakl_id: 'O-1-A', mirakl_shop_id: 2_000, operation_kind: 'transfer', operation_id: 7 },
        ...{ ledger_amount: 9_007_199_254_740_993n, ledger_currency: 'IDR', actual_amount: 1n, actual_currency: 'IDR' },
      },
      {
        ...{
          ...at(now()),
          listed_at: now(),
          kind: 'made-by-hand',
          subject: 'po_1',
          movement: 'payout',
          stripe_id: 'po_1',
        },
        resolved_at: now(),
      },
    ])
    .execute();
  const { get } = await serveApi(world);
  const one = await get('/api/reconciliation/differences/1');
  expect(one.text).toContain('"ledgerAmount":9007199254740993,');
  expect(one.json).toMatchObject({
    ...{ id: 1, kind: 'duplicate', status: 'open', movement: 'transfer', operation: '/api/transfers/7' },
    ...{ cause: expect.stringContaining('twice'), advice: expect.any(String), stripeId: 'tr_2', otherStripeId: 'tr_1' },
    ...{ miraklShopId: 2_000, actualAmount: 1, creationDatetime: '2026-11-01T08:00:00.000Z', resolutionDatetime: null },
  });
  const found = async (query: string) =>
    ((await get(`/api/reconciliation/differences?${query}`)).json as { id: number }[]).map(({ id }) => id);
  expect(await found('')).toEqual([1, 2]);
  expect(await found('status=open')).toEqual([1]);
  expect(await found('status=resolved')).toEqual([2]);
  expect(await found('status=open&status=resolved')).toEqual([1, 2]);
  expect(await found('kind=made-by-hand&kind=duplicate&itemsPerPage=1&page=2')).toEqual([2]);
  expect(await found('status=accepted')).toEqual([]);
  await db
    .updateTable('reconciliation_difference')
    .set({ accepted_at: now(), note: 'told' })
    .where('id', '=', 1)
    .execute();
  expect(await found('status=accepted&status=resolved')).toEqual([1, 2]);
  expect(await found('status=open')).toEqual([]);
  expect((await get('/api/reconciliation/differences/1')).json).toMatchObject({ status: 'accepted', note: 'told' });
  expect(await found('miraklShopId=2000')).toEqual([1]);
  expect(await found('createdAfter=2026-11-02')).toEqual([2]);
  expect(await found('createdBefore=2026-11-02')).toEqual([1]);
  expect((await get('/api/reconciliation/differences?kind=odd')).status).toBe(400);
  expect((await get('/api/reconciliation/differences/3')).status).toBe(404);
  const csv = await get('/api/reconciliation/differences', { accept: 'text/csv' });
  expect(csv.text.split('\r\n')[0]).toMatch(/^id,kind,status,cause,advice,movement,/);
});

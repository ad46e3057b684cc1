import { createDatabase } from '@connector/database';
import { createTestDatabase } from '@connector/testing';
import { describe, expect } from 'vitest';
import { listShopAdditionalFields } from './additional-fields.ts';
import { type TakeTurn, turnsInLedger } from './call-frequency.ts';
import { listInvoices } from './invoices.ts';
import { allPages, test as base, failure } from './mirakl-test.ts';
import { listPendingDebits } from './pending-debits.ts';
import { listPendingRefunds } from './pending-refunds.ts';
import { listProductOrders } from './product-orders.ts';
import { listServicePendingDebits } from './service-debits.ts';
import { listServiceOrders } from './service-orders.ts';
import { listServicePendingRefunds } from './service-refunds.ts';
import { listShops } from './shops.ts';

const test = base
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture builds on
  .extend('db', async ({}, { onCleanup }) => {
    const { url, drop } = await createTestDatabase();
    const db = createDatabase({ url, poolSize: 4 });
    onCleanup(async () => {
      await db.destroy();
      await drop();
    });
    return db;
  })
  .extend('takeTurn', ({ db, clock }): TakeTurn => turnsInLedger(db, clock.now))
  .extend('mirakl', ({ connect, takeTurn }) => connect({ takeTurn }).mirakl);

const since = { createdSince: '2026-11-01T00:00:00Z' };

describe('turns in the ledger', () => {
  test('of many that ask at once, one gets the turn', async ({ takeTurn }) => {
    const turns = await Promise.all(Array.from({ length: 8 }, () => takeTurn('OR11', 60_000)));
    expect(turns.filter(({ taken }) => taken)).toHaveLength(1);
    expect(turns.filter(({ taken }) => !taken)).toEqual(
      Array.from({ length: 7 }, () => ({ taken: false, waitMs: 60_000 })),
    );
  });

  test('the next turn comes after the interval, not before', async ({ takeTurn, clock }) => {
    await takeTurn('OR11', 60_000);
    clock.advance(59_000);
    expect(await takeTurn('OR11', 60_000)).toEqual({ taken: false, waitMs: 1_000 });
    clock.advance(1_000);
    expect(await takeTurn('OR11', 60_000)).toMatchObject({ taken: true });
    expect(await takeTurn('OR11', 60_000)).toEqual({ taken: false, waitMs: 60_000 });
  });

  test('operations do not wait for each other', async ({ takeTurn }) => {
    expect(await takeTurn('OR11', 60_000)).toMatchObject({ taken: true });
    expect(await takeTurn('AF01', 60_000)).toMatchObject({ taken: true });
  });
});

describe('what the contract allows', () => {
  test('product orders are listed once a minute over all processes, their pages not counted', async ({
    simulator,
    connect,
    takeTurn,
    clock,
  }) => {
    for (let count = 0; count < 150; count += 1) simulator.given.productOrder();
    const [one, other] = [connect({ takeTurn }).mirakl, connect({ takeTurn }).mirakl];
    expect(await allPages(listProductOrders(one, since))).toHaveLength(2);
    const error = await failure(allPages(listProductOrders(other, { orderIds: ['A'] })));
    expect(error).toMatchObject({ code: 'mirakl_too_soon', operation: 'OR11', retryable: true, retryAfterMs: 60_000 });
    expect(simulator.requests()).toHaveLength(2);
    clock.advance(60_000);
    expect(await allPages(listProductOrders(other, { orderIds: ['A'] }))).toHaveLength(1);
  });

  test('asking for no orders costs no turn', async ({ mirakl }) => {
    await allPages(listProductOrders(mirakl, { orderIds: [] }));
    expect(await allPages(listProductOrders(mirakl, since))).toHaveLength(1);
  });

  test('additional fields are listed once a day', async ({ mirakl, clock }) => {
    await listShopAdditionalFields(mirakl);
    clock.advance(23 * 3_600_000);
    expect(await failure(listShopAdditionalFields(mirakl))).toMatchObject({
      code: 'mirakl_too_soon',
      retryAfterMs: 3_600_000,
    });
  });

  test('L34: accounting documents are listed once a day, by whatever they are asked for', async ({
    simulator,
    mirakl,
    clock,
  }) => {
    for (let count = 0; count < 101; count += 1) simulator.given.invoice();
    await allPages(listInvoices(mirakl, { invoiceIds: [] }));
    expect(await allPages(listInvoices(mirakl, { ...since, invoiceIds: [1] }))).toHaveLength(3);
    clock.advance(23 * 3_600_000);
    for (const filter of [since, { invoiceIds: [1] }, { shopId: 2_000 }]) {
      expect(await failure(allPages(listInvoices(mirakl, filter)))).toMatchObject({
        code: 'mirakl_too_soon',
        operation: 'IV01',
        retryAfterMs: 3_600_000,
      });
    }
    expect(simulator.requests()).toHaveLength(3);
    clock.advance(3_600_000);
    expect(await allPages(listInvoices(mirakl, { shopId: 2_000 }))).toHaveLength(2);
  });

  test.for([
    ['is away', { kind: 'answer', status: 503 }, 'mirakl_unavailable'],
    ['does not know the key', { kind: 'answer', status: 401 }, 'mirakl_unauthorized'],
  ] as const)(
    'a daily listing that fails because Mirakl %s can be made again after ten minutes, and its day is not lost',
    async ([, fault, code], { simulator, mirakl, clock }) => {
      const away = simulator.faults.add({ ...fault, times: Number.POSITIVE_INFINITY });
      expect(await failure(allPages(listInvoices(mirakl, since)))).toMatchObject({ code });
      expect(await failure(allPages(listInvoices(mirakl, since)))).toMatchObject({
        code: 'mirakl_too_soon',
        retryAfterMs: 600_000,
      });
      away.release();
      clock.advance(600_000);
      expect(await allPages(listInvoices(mirakl, since))).toHaveLength(1);
      clock.advance(23 * 3_600_000);
      expect(await failure(allPages(listInvoices(mirakl, since)))).toMatchObject({ code: 'mirakl_too_soon' });
    },
  );

  test('a daily listing that we do not understand has had its turn', async ({ simulator, mirakl }) => {
    simulator.faults.add({ kind: 'answer', status: 200, body: { documents: [] } });
    expect(await failure(allPages(listInvoices(mirakl, since)))).toMatchObject({ code: 'mirakl_unexpected_answer' });
    expect(await failure(allPages(listInvoices(mirakl, since)))).toMatchObject({ retryAfterMs: 86_400_000 });
  });

  test('what waits for a confirmation can be read back at once', async ({ mirakl }) => {
    for (let count = 0; count < 2; count += 1) {
      await allPages(listPendingDebits(mirakl));
      await allPages(listPendingRefunds(mirakl));
      await allPages(listServicePendingDebits(mirakl));
      await allPages(listServicePendingRefunds(mirakl));
    }
  });

  test('shops and service orders wait for nothing', async ({ mirakl }) => {
    for (let count = 0; count < 2; count += 1) {
      await allPages(listShops(mirakl, { shopIds: [1] }));
      await allPages(listServiceOrders(mirakl, since));
    }
  });

  test('an operator who has agreed on more may call more often', async ({ connect, takeTurn, clock }) => {
    const { mirakl } = connect({ takeTurn, intervalsMs: { OR11: 1_000 } });
    await allPages(listProductOrders(mirakl, since));
    clock.advance(1_000);
    expect(await allPages(listProductOrders(mirakl, since))).toHaveLength(1);
  });
});

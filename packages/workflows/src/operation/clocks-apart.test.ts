import { currencyOf } from '@connector/kernel';
import { test, type World } from '@connector/testing';
import { describe, expect } from 'vitest';
import { sendTransfer } from '../payment-split/index.ts';
import { insertTransfers } from '../payment-split/transfers-table.ts';
import { transferLedger } from './ledger.ts';
import { claimOperation } from './rounds-table.ts';

const eur = currencyOf('EUR') ?? expect.fail('EUR is a currency');
const minuteMs = 60_000;
const leaseMs = 30_000;

/** A transfer that is ready to be sent. */
async function givenTransfer({ db, stripeSimulator, now }: World): Promise<number> {
  const account = stripeSimulator.given.account().id;
  const { chargeId } = stripeSimulator.given.charge({ amount: 10_000, currency: 'eur' });
  const mapping = await db
    .insertInto('account_mapping')
    .values({ mirakl_shop_id: 2_000, stripe_account_id: account })
    .returning('id')
    .executeTakeFirstOrThrow();
  const of = { type: 'TRANSFER_PRODUCT_ORDER', miraklId: 'O-1-A', shopId: 2_000, commercialOrderId: 'O-1' } as const;
  const decision = {
    kind: 'send',
    amount: { minor: 8_500n, currency: eur },
    source: { kind: 'payment', id: chargeId },
  } as const;
  const [id = 0] = await insertTransfers(
    db,
    [
      {
        subject: { ...of, createdAt: now(), currency: eur },
        decision: { ...decision, mappingId: mapping.id },
      },
    ],
    now(),
  );
  return id;
}

/** The same system, for a worker whose clock is off. */
const workerOffBy = (world: World, ms: number): World => ({
  ...world,
  now: () => new Date(world.now().getTime() + ms),
});

const status = async ({ db }: World) =>
  (await db.selectFrom('stripe_transfer').select('status').executeTakeFirstOrThrow()).status;

describe('two workers whose clocks are ten minutes apart, which is far more than a claim lasts', () => {
  test('make one transfer when the one ahead takes a claim for run out while the call is under way', async ({
    world,
  }) => {
    const { stripeSimulator } = world;
    const transferId = await givenTransfer(world);
    const hold = stripeSimulator.faults.add({
      method: 'POST',
      path: '/v1/transfers',
      kind: 'hold',
      at: 'after-effect',
    });
    const slow = sendTransfer(world, { transferId });
    await hold.reached;
    const ahead = workerOffBy(world, 10 * minuteMs);
    // Stripe says that the key is in use; the one ahead lets go of the row and comes again.
    await expect(sendTransfer(ahead, { transferId })).rejects.toMatchObject({ code: 'stripe_retry_later' });
    hold.release();
    expect(await slow).toBe('done');
    expect(await sendTransfer(ahead, { transferId })).toBe('already handled');
    expect(stripeSimulator.transfers()).toHaveLength(1);
    expect(await status(world)).toBe('TRANSFER_CREATED');
  });

  test('make one transfer when the one ahead dies with its claim: the one behind waits so much longer, no more', async ({
    world,
  }) => {
    const transferId = await givenTransfer(world);
    await claimOperation(world.db, transferLedger, transferId, world.now());
    const behind = workerOffBy(world, -10 * minuteMs);
    await expect(sendTransfer(behind, { transferId })).rejects.toMatchObject({
      ...{ code: 'claimed_elsewhere', retryable: true, retryAfterMs: 10 * minuteMs + leaseMs },
    });
    world.clock.advance(10 * minuteMs + leaseMs + 1);
    expect(await sendTransfer(behind, { transferId })).toBe('done');
    expect(world.stripeSimulator.transfers()).toHaveLength(1);
  });
});

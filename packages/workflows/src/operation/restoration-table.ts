import type { Database } from '@connector/database';

/** That an older copy of the ledger took the place of a newer one. */
export type Restoration = {
  /** The copy knows nothing of what was done after that moment. */
  readonly from: Date;
  /** Since then the copy is the ledger. */
  readonly at: Date;
};

const keys = { from: 'ledger_restored_from', at: 'ledger_restored_at' } as const;

/** The last time that the ledger was restored from a copy; undefined if it never was. */
export async function findRestoration(db: Database): Promise<Restoration | undefined> {
  const rows = await db.selectFrom('config').select(['key', 'value']).where('key', 'in', Object.values(keys)).execute();
  const momentOf = (key: string) => {
    const value = rows.find((row) => row.key === key)?.value;
    return value ? new Date(value) : undefined;
  };
  const [from, at] = [momentOf(keys.from), momentOf(keys.at)];
  return from && at && { from, at };
}

/** Keeps that the ledger was restored. */
export async function saveRestoration(db: Database, { from, at }: Restoration): Promise<void> {
  const rows = [
    { key: keys.from, value: from.toISOString() },
    { key: keys.at, value: at.toISOString() },
  ];
  await db
    .insertInto('config')
    .values(rows)
    .onConflict((conflict) => conflict.column('key').doUpdateSet((row) => ({ value: row.ref('excluded.value') })))
    .execute();
}

const dayMs = 86_400_000;
/** What existed before the ledger was restored has been found anew by then. */
const recoveryMs = 30 * dayMs;

/**
 * Whether an operation that the ledger is about to record for the first time may have been carried out before: then it is looked
 * for on Stripe first. `createdAt`: since when its order or invoice exists on Mirakl; null if Mirakl does not say.
 */
export function mayBeMade(createdAt: Date | null, restoration: Restoration | undefined, now: Date): boolean {
  if (restoration === undefined) return false;
  const restoredAt = restoration.at.getTime();
  // A day more, for clocks that disagree.
  return createdAt === null ? now.getTime() < restoredAt + recoveryMs : createdAt.getTime() < restoredAt + dayMs;
}

/** When the ledger last showed a sign of life: a sweep begins every minute, and every change tells its story. */
export async function findLastSignOfLife(db: Database): Promise<Date | undefined> {
  const sweep = await db
    .selectFrom('sweep')
    .select(({ fn }) => fn.max('last_started_at').as('at'))
    .executeTakeFirst();
  const story = await db.selectFrom('operation_history').select('at').orderBy('id', 'desc').limit(1).executeTakeFirst();
  const moments = [sweep?.at, story?.at].filter((at) => at != null).map((at) => at.getTime());
  return moments.length === 0 ? undefined : new Date(Math.max(...moments));
}

export type MarkedOperations = { readonly transfers: number; readonly refunds: number; readonly payouts: number };

/** Has everything that the ledger does not hold for made looked for on Stripe before it is sent; gives back how much there is. */
export async function markAllToBeLookedUp(db: Database): Promise<MarkedOperations> {
  const mark = async (table: 'stripe_transfer' | 'stripe_refund' | 'stripe_payout') => {
    const { numUpdatedRows } = await db
      // Every one of these tables has the columns that are named here.
      .updateTable(table as 'stripe_transfer')
      .set({ look_up_first: true })
      .where('status', 'not like', '%_CREATED')
      .executeTakeFirstOrThrow();
    return Number(numUpdatedRows);
  };
  return {
    transfers: await mark('stripe_transfer'),
    refunds: await mark('stripe_refund'),
    payouts: await mark('stripe_payout'),
  };
}

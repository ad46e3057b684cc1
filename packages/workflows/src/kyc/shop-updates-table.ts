import type { Database } from '@connector/database';
import type { KycStatus } from '@connector/mirakl';
import { nextTryAfterRefusal } from '../retry-pauses.ts';
import { fitReason } from '../status-reason.ts';
import type { WantedUpdate } from './decide-shop-update.ts';

/** What Mirakl is yet to be told of a shop, and how often it was tried. */
export type DueUpdate = {
  readonly shopId: number;
  readonly revision: number;
  readonly attempts: number;
  readonly link: 'onboarding' | 'login' | undefined;
  readonly kyc: { readonly status: KycStatus; readonly reason?: string } | undefined;
};

/** What a job has for a batch before another one may take it. */
const leaseMs = 2 * 60_000;

/**
 * Asks for something to be written to Mirakl. Several requests for a shop become one: the latest word counts. To be called in
 * the transaction that records why.
 */
export async function requestShopUpdate(db: Database, shopId: number, wanted: WantedUpdate, now: Date): Promise<void> {
  const values = {
    ...(wanted.link === undefined ? {} : { link: wanted.link }),
    ...(wanted.kyc === undefined ? {} : { kyc_status: wanted.kyc.status, kyc_reason: wanted.kyc.reason ?? null }),
  };
  const again = { ...values, attempts: 0, status_reason: null, next_try_at: now, requested_at: now };
  await db
    .insertInto('shop_update')
    .values({ mirakl_shop_id: shopId, ...again })
    .onConflict((conflict) =>
      conflict
        .column('mirakl_shop_id')
        .doUpdateSet((row) => ({ ...again, revision: row('shop_update.revision', '+', 1) })),
    )
    .execute();
}

/** Takes updates that are due, the longest waiting first; nobody else gets them for two minutes. */
export async function takeDueUpdates(db: Database, now: Date, limit: number): Promise<DueUpdate[]> {
  const due = db
    .selectFrom('shop_update')
    .select('mirakl_shop_id')
    .where('next_try_at', '<=', now)
    .orderBy('next_try_at')
    .limit(limit)
    .forUpdate()
    .skipLocked();
  const rows = await db
    .updateTable('shop_update')
    .set({ next_try_at: new Date(now.getTime() + leaseMs) })
    .where('mirakl_shop_id', 'in', due)
    .returningAll()
    .execute();
  return rows.map((row) => ({
    shopId: row.mirakl_shop_id,
    revision: row.revision,
    attempts: row.attempts,
    link: (row.link as DueUpdate['link']) ?? undefined,
    kyc:
      row.kyc_status === null
        ? undefined
        : {
            status: row.kyc_status as KycStatus,
            ...(row.kyc_reason === null ? {} : { reason: row.kyc_reason }),
          },
  }));
}

/** Whether any update is due. */
export async function hasDueUpdates(db: Database, now: Date): Promise<boolean> {
  const row = await db
    .selectFrom('shop_update')
    .select('mirakl_shop_id')
    .where('next_try_at', '<=', now)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Ends an update that was written, unless something else has been asked for meanwhile. */
export async function endUpdate(db: Database, { shopId, revision }: DueUpdate): Promise<void> {
  await db.deleteFrom('shop_update').where('mirakl_shop_id', '=', shopId).where('revision', '=', revision).execute();
}

/** Notes why an update could not be written; it is tried again after a pause that grows. */
export async function failUpdate(db: Database, update: DueUpdate, reason: string, now: Date): Promise<void> {
  const attempts = update.attempts + 1;
  await db
    .updateTable('shop_update')
    .set({ attempts, status_reason: fitReason(reason), next_try_at: nextTryAfterRefusal(attempts, now) })
    .where('mirakl_shop_id', '=', update.shopId)
    .where('revision', '=', update.revision)
    .execute();
}

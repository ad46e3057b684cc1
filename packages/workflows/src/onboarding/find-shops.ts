import type { Database } from '@connector/database';
import type { Clock } from '@connector/kernel';
import { compareMiraklDates, listShops, type MiraklClient, type Page, type Shop } from '@connector/mirakl';
import type { Logger } from '@connector/observability';
import { enqueue, type Queues } from '@connector/queues';
import { moveCheckpoint, readCheckpoint } from '../checkpoint.ts';
import type { SweepRound } from '../sweep/run-sweep.ts';
import { decideShop, type ShopDecision } from './decide-shop.ts';
import type { ShopFields } from './shop-record.ts';
import { findKnownShops, markShopsDue, setShopsIgnored } from './shops-table.ts';

export type FindShopsDeps = {
  readonly db: Database;
  readonly mirakl: MiraklClient;
  readonly queues: Queues;
  readonly now: Clock;
  readonly log: Logger;
  readonly fields: ShopFields;
};

const checkpointKey = 'seller_onboarding_checkpoint';
const theBeginning = '1970-01-01T00:00:00Z';

/**
 * Finds shops that changed on Mirakl since the checkpoint (S20), saves what they call for, and enqueues one job for each that
 * is to be onboarded. What is to be done for a shop stands in its record, so that nobody is forgotten when the checkpoint
 * moves on. Gives back what it did in words.
 */
export async function findShops(
  deps: FindShopsDeps,
  input: { readonly run?: string | undefined },
  sweep: SweepRound,
): Promise<string> {
  const since = await readCheckpoint(deps.db, checkpointKey);
  let newest = since ?? theBeginning;
  let seen = 0;
  let onboarded = 0;
  for await (const page of listShops(deps.mirakl, { updatedSince: newest })) {
    for (const shop of page.items) if (compareMiraklDates(shop.updatedAt, newest) > 0) newest = shop.updatedAt;
    for (const { id, field, value } of page.unreadable)
      deps.log.error({ shopId: id, field, value }, 'shop not understood');
    seen += page.items.length;
    // A shop that changes while we read can slip from one page to another. Then fewer come than were announced, and the
    // next round reads them again.
    const complete = page.isLast && seen + page.unreadable.length >= (page.totalCount ?? 0);
    const { onboard, readmit } = await savePage(deps, page, complete && newest !== since ? newest : undefined);
    await enqueue(deps.queues, 'onboarding.onboard-seller', onboard, { run: input.run });
    await enqueue(deps.queues, 'payment-split.release-shop', readmit, { run: input.run });
    onboarded += onboard.length;
    await sweep.renew();
  }
  return `${seen} shops read, ${onboarded} to be onboarded`;
}

type ShopIds = { readonly shopId: number }[];

async function savePage(
  deps: FindShopsDeps,
  page: Page<Shop>,
  checkpoint: string | undefined,
): Promise<{ onboard: ShopIds; readmit: ShopIds }> {
  const known = await findKnownShops(
    deps.db,
    page.items.map((shop) => shop.id),
  );
  const decided = Map.groupBy(page.items, (shop) => {
    const { hasAccount = false, ignored = false } = known.get(shop.id) ?? {};
    return decideShop({ shop, hasAccount, ignored, fields: deps.fields });
  });
  const ids = (decision: ShopDecision) => (decided.get(decision) ?? []).map((shop) => shop.id);
  const now = deps.now();
  await deps.db.transaction().execute(async (trx) => {
    await setShopsIgnored(trx, ids('exclude'), true, now);
    await setShopsIgnored(trx, [...ids('readmit'), ...ids('onboard')], false, now);
    await markShopsDue(trx, ids('onboard'), now);
    if (checkpoint !== undefined) await moveCheckpoint(trx, checkpointKey, checkpoint);
  });
  const jobs = (decision: ShopDecision) => ids(decision).map((shopId) => ({ shopId }));
  return { onboard: jobs('onboard'), readmit: jobs('readmit') };
}

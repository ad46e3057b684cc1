import type { Clock } from '@connector/kernel';
import type { MiraklClient, ShopUpdate } from '@connector/mirakl';
import type { Logger } from '@connector/observability';
import { enqueue, type Queues } from '@connector/queues';
import { StripeCallError } from '@connector/stripe';
import { findMapping, type SellerLinkDeps, type ShopFields, sellerLink, updateEachShop } from '../onboarding/index.ts';
import { type DueUpdate, endUpdate, failUpdate, takeDueUpdates } from './shop-updates-table.ts';

export type WriteShopsDeps = SellerLinkDeps & {
  readonly mirakl: MiraklClient;
  readonly queues: Queues;
  readonly now: Clock;
  readonly log: Logger;
  readonly fields: ShopFields;
};

/** Links expire within minutes, so a batch is made and written at once. */
const shopsPerBatch = 25;

/**
 * Writes to Mirakl what it is yet to be told of shops: links, made in this moment, and KYC statuses, many shops a call (S07).
 * What is refused concerns its shop alone and is tried again later. Gives back what it did in words.
 */
export async function writeShops(deps: WriteShopsDeps, input: { readonly run?: string | undefined }): Promise<string> {
  const due = await takeDueUpdates(deps.db, deps.now(), shopsPerBatch);
  const updates = new Map<number, DueUpdate>();
  const bodies: ShopUpdate[] = [];
  for (const update of due) {
    const body = await bodyOf(deps, update);
    if (!body) continue;
    updates.set(update.shopId, update);
    bodies.push(body);
  }
  let written = 0;
  for (const result of await updateEachShop(deps.mirakl, bodies)) {
    const update = updates.get(result.shopId);
    if (!update) continue;
    if (result.outcome === 'updated') {
      await endUpdate(deps.db, update);
      written += 1;
    } else await fail(deps, update, result.reason);
  }
  if (due.length === shopsPerBatch) await enqueue(deps.queues, 'kyc.write-shops', [{}], input);
  return `${written} of ${due.length} shops written`;
}

/** What to send for the shop; undefined if its link cannot be made, which is on record then. */
async function bodyOf(deps: WriteShopsDeps, update: DueUpdate): Promise<ShopUpdate | undefined> {
  const { shopId, kyc, link: kind } = update;
  const known = kyc === undefined ? { shopId } : { shopId, kyc };
  if (kind === undefined) return known;
  const mapping = await findMapping(deps.db, shopId);
  if (!mapping) {
    await endUpdate(deps.db, update);
    return undefined;
  }
  try {
    const link = await sellerLink(deps, { ...mapping, detailsSubmitted: kind === 'login' });
    return { ...known, additionalFields: { [deps.fields.link]: link } };
  } catch (error) {
    if (!(error instanceof StripeCallError) || error.retryable || error.pausesQueue) throw error;
    await fail(deps, update, error.message);
    return undefined;
  }
}

async function fail({ db, log, now }: WriteShopsDeps, update: DueUpdate, reason: string): Promise<void> {
  log.warn({ shopId: update.shopId, reason }, 'shop not updated on mirakl');
  await failUpdate(db, update, reason, now());
}

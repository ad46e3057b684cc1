import type { Database } from '@connector/database';
import { ConnectorError } from '@connector/kernel';
import { enqueue, type Queues } from '@connector/queues';
import { findMapping } from '../onboarding/index.ts';

export type RequestLookDeps = { readonly db: Database; readonly queues: Queues };

/** Has the account of one shop looked at now. Gives back how many jobs were added. Throws `shop_not_mapped`. */
export async function requestLook(
  { db, queues }: RequestLookDeps,
  { shopId, run }: { readonly shopId: number; readonly run?: string | undefined },
): Promise<number> {
  const mapping = await findMapping(db, shopId);
  if (mapping) return enqueue(queues, 'kyc.follow-account', [{ accountId: mapping.accountId }], { run });
  throw new ConnectorError(`Shop ${shopId} has no Stripe account yet`, { code: 'shop_not_mapped', retryable: false });
}

import type { Database } from '@connector/database';
import type { Clock } from '@connector/kernel';
import { enqueue, type Queues } from '@connector/queues';
import { markShopsDue } from './shops-table.ts';

export type RequestOnboardingDeps = { readonly db: Database; readonly queues: Queues; readonly now: Clock };

/** Has one shop onboarded now, whether a sweep has found it or not. Gives back how many jobs were added. */
export async function requestOnboarding(
  { db, queues, now }: RequestOnboardingDeps,
  input: { readonly shopId: number; readonly run?: string | undefined },
): Promise<number> {
  await markShopsDue(db, [input.shopId], now());
  return enqueue(queues, 'onboarding.onboard-seller', [{ shopId: input.shopId }], { run: input.run });
}

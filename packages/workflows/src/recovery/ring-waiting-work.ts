import type { Database } from '@connector/database';
import type { Clock } from '@connector/kernel';
import { enqueue, type Queues } from '@connector/queues';
import { takeShopsWithoutJob } from '../onboarding/index.ts';
import { splitTypes, takeTransfersWithoutJob } from '../payment-split/index.ts';

export type RingWaitingWorkDeps = { readonly db: Database; readonly queues: Queues; readonly now: Clock };

/** What one round takes of each kind. What is left is taken a minute later. */
const rowsPerRound = 2_000;

/**
 * Enqueues the jobs of rows that say there is work and should be done by now. That is the whole recovery from a crash
 * between saving and enqueuing, from an emptied Redis, and from a job that gave up. Cheap: two indexed queries, no calls outside.
 */
export async function ringWaitingWork({ db, queues, now }: RingWaitingWorkDeps): Promise<string> {
  const transferIds = await takeTransfersWithoutJob(db, splitTypes, now(), rowsPerRound);
  await enqueue(
    queues,
    'payment-split.send-transfer',
    transferIds.map((transferId) => ({ transferId })),
  );

  const shops = await takeShopsWithoutJob(db, now(), rowsPerRound);
  const waitForLink = shops.filter(({ status }) => status === 'link-due');
  const waitForAccount = shops.filter(({ status }) => status !== 'link-due').map(({ shopId }) => ({ shopId }));
  await enqueue(queues, 'onboarding.onboard-seller', waitForAccount);
  if (waitForLink.length > 0) await enqueue(queues, 'onboarding.write-links', [{}]);
  return `${transferIds.length} transfers and ${shops.length} shops rung again`;
}

import { type OperatorEndpoint, startOperatorEndpoint } from '@connector/simulator';
import type { World } from '@connector/testing';
import { onTestFinished } from 'vitest';
import { addNotices } from '../notice/notices-table.ts';
import type { DeliverNotificationDeps } from './deliver-notification.ts';

export const secret = 'a secret of some length';

/** The operator's endpoint, which answers with these, one after the other, and then takes everything. Ends with the test. */
export async function startOperator(...statuses: number[]): Promise<OperatorEndpoint> {
  const operator = await startOperatorEndpoint();
  onTestFinished(() => operator.close());
  for (const status of statuses) operator.faults.add({ kind: 'answer', status });
  return operator;
}

/** What delivering needs in this world. */
export function delivering(world: World, url: string, mailsWhenDown = true): DeliverNotificationDeps {
  return { ...world, endpoint: { url, secret }, mailsWhenDown };
}

/** A notice that waits to be delivered. Gives back its id. */
export async function givenNotice({ db, now }: World, event = 'evt_1'): Promise<number> {
  const payload = { miraklShopId: 2_000, stripeUserId: 'acct_1' };
  const [id] = await addNotices(db, [{ type: 'account.updated', about: `account.updated/${event}`, payload }], now());
  if (id === undefined) throw new Error('there is such a notice already');
  return id;
}

/** A notification's row without what has no interest here. */
export async function rowOf({ db }: World, id: number) {
  return db
    .selectFrom('notification')
    .select(['status', 'attempts', 'next_try_at', 'last_error', 'delivered_at'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}

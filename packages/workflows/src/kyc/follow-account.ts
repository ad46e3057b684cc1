import type { Database } from '@connector/database';
import { type Clock, ConnectorError } from '@connector/kernel';
import type { Logger } from '@connector/observability';
import { enqueue, type Queues } from '@connector/queues';
import type { Account, StripeClient } from '@connector/stripe';
import { addNotices } from '../notice/notices-table.ts';
import { findUnhandledEvents, markEventsHandled } from '../stripe-events/index.ts';
import { findMappedAccounts, type MappedAccount, recordLostAccount } from './accounts-table.ts';
import { type KycRules, lookAtAccount } from './look-at-account.ts';
import { readAccount } from './read-account.ts';

export type FollowAccountDeps = {
  readonly db: Database;
  readonly stripe: StripeClient;
  readonly queues: Queues;
  readonly now: Clock;
  readonly log: Logger;
  readonly rules: KycRules;
  /** Whether the operator wants notifications. */
  readonly notifies: boolean;
};

export type FollowAccountInput = { readonly accountId: string; readonly run?: string | undefined };

/**
 * Brings the ledger, and by jobs Mirakl and the operator, up to date with a connected account as it is now, because Stripe told
 * of a change or somebody asks. All events about the account that have come so far are dealt with at once, whatever their
 * order; the operator is told of each.
 */
export async function followAccount(deps: FollowAccountDeps, { accountId, run }: FollowAccountInput): Promise<string> {
  const events = await findUnhandledEvents(deps.db, accountId);
  const mapping = (await findMappedAccounts(deps.db, [accountId])).get(accountId);
  const outcome = mapping ? await look(deps, mapping, { events, run }) : 'no shop is mapped to the account';
  await markEventsHandled(deps.db, events, outcome, deps.now());
  return outcome;
}

type Occasion = { readonly events: readonly string[]; readonly run: string | undefined };

async function look(deps: FollowAccountDeps, mapping: MappedAccount, occasion: Occasion): Promise<string> {
  // Read after the events: whatever changes from here on comes with an event of its own.
  const at = deps.now();
  const account = await readAccount(deps.stripe, mapping.accountId);
  if ('lost' in account) {
    await recordLostAccount(deps.db, mapping, account.lost, at);
    deps.log.warn({ shopId: mapping.shopId, accountId: mapping.accountId }, 'account cannot be reached');
    return 'the account cannot be reached';
  }
  return record(deps, mapping, account, { ...occasion, at });
}

async function record(
  deps: FollowAccountDeps,
  mapping: MappedAccount,
  account: Account,
  { events, run, at }: Occasion & { readonly at: Date },
): Promise<string> {
  const { db, queues, rules } = deps;
  const payload = { miraklShopId: mapping.shopId, stripeUserId: mapping.accountId };
  const notices = events.map((id) => ({ type: 'account.updated', about: `account.updated/${id}`, payload }) as const);
  const occasion = events.length > 0 ? 'event' : 'asked';
  const tells = deps.notifies && account.detailsSubmitted;
  const { seen, noticeIds } = await db.transaction().execute(async (trx) => ({
    noticeIds: tells ? await addNotices(trx, notices, at) : [],
    seen: await lookAtAccount(trx, rules, mapping, account, { occasion, at }),
  }));
  await enqueue(
    queues,
    'notifications.deliver',
    noticeIds.map((notificationId) => ({ notificationId })),
    { run },
  );
  if (!seen) throw overtaken();
  if (seen.tellsMirakl) await enqueue(queues, 'kyc.write-shops', [{}], { run });
  if (seen.isReleased) await enqueue(queues, 'payment-split.release-shop', [{ shopId: mapping.shopId }], { run });
  return seen.isPayable ? 'the account can be paid' : 'the account cannot be paid';
}

/** A look with a later date is on record. It may have been another pod's clock that was ahead: so look again rather than trust it. */
function overtaken(): ConnectorError {
  return new ConnectorError('the account was looked at meanwhile', {
    code: 'account_read_meanwhile',
    retryable: true,
    retryAfterMs: 2_000,
  });
}

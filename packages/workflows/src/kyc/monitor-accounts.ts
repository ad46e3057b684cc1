import { inBatches } from '@connector/kernel';
import { kycRequiredMail, type Mailer, mostRowsInMail } from '@connector/outbound';
import { enqueue } from '@connector/queues';
import { type Account, listAccounts } from '@connector/stripe';
import type { SweepRound } from '../sweep/run-sweep.ts';
import { findAccountsNotRead, findMappedAccounts, listAccountsInTrouble, recordLostAccount } from './accounts-table.ts';
import type { FollowAccountDeps } from './follow-account.ts';
import { lookAtAccount } from './look-at-account.ts';
import { readAccount } from './read-account.ts';

export type MonitorAccountsDeps = Omit<FollowAccountDeps, 'notifies'> & {
  /** Undefined: mail is off. */
  readonly mailer: Mailer | undefined;
};

const accountsPerBatch = 100;

/**
 * Looks at every mapped account, to catch what no webhook told, blocks those that cannot be paid, lifts the block of those that
 * can again, and mails the operator a list of accounts that need attention. Reads Stripe's list, 100 accounts a call, and only
 * those one by one that are not on it. Gives back what it did in words.
 */
export async function monitorAccounts(
  deps: MonitorAccountsDeps,
  input: { readonly run?: string | undefined },
  sweep: SweepRound,
): Promise<string> {
  const startedAt = deps.now();
  let looked = 0;
  for await (const accounts of inBatches(listAccounts(deps.stripe), accountsPerBatch)) {
    looked += await lookAtBatch(deps, accounts, input.run);
    await sweep.renew();
  }
  const lost = await lookAtUnlisted(deps, startedAt, input.run, sweep);
  const { accounts, total } = await listAccountsInTrouble(deps.db, mostRowsInMail);
  if (total > 0) {
    await deps.mailer?.send(
      kycRequiredMail({
        accounts: accounts.map(({ id, blockReason, status, ...account }) => ({
          ...account,
          internalId: id,
          status: status ?? 'unknown',
          detail: blockReason ?? undefined,
        })),
        total,
      }),
    );
  }
  return `${looked} accounts looked at, ${lost} cannot be reached, ${total} need attention`;
}

async function lookAtBatch(
  deps: MonitorAccountsDeps,
  accounts: readonly Account[],
  run: string | undefined,
): Promise<number> {
  const { db, queues, rules } = deps;
  const at = deps.now();
  const mapped = await findMappedAccounts(
    db,
    accounts.map(({ id }) => id),
  );
  const looks = await db.transaction().execute(async (trx) => {
    const found = [];
    for (const account of accounts) {
      const mapping = mapped.get(account.id);
      const look = mapping && (await lookAtAccount(trx, rules, mapping, account, { occasion: 'round', at }));
      if (mapping && look) found.push({ ...look, shopId: mapping.shopId });
    }
    return found;
  });
  const released = looks.filter(({ isReleased }) => isReleased);
  await enqueue(
    queues,
    'payment-split.release-shop',
    released.map(({ shopId }) => ({ shopId })),
    { run },
  );
  if (looks.some(({ tellsMirakl }) => tellsMirakl)) await enqueue(queues, 'kyc.write-shops', [{}], { run });
  return looks.length;
}

/** Accounts that are mapped and not on the list: disconnected or deleted, as a rule. Gives back how many cannot be reached. */
async function lookAtUnlisted(
  deps: MonitorAccountsDeps,
  since: Date,
  run: string | undefined,
  sweep: SweepRound,
): Promise<number> {
  let lost = 0;
  for (let afterId = 0; ; ) {
    const mappings = await findAccountsNotRead(deps.db, { since, afterId, limit: accountsPerBatch });
    for (const mapping of mappings) {
      const account = await readAccount(deps.stripe, mapping.accountId);
      if ('lost' in account) {
        await recordLostAccount(deps.db, mapping, account.lost, deps.now());
        lost += 1;
      } else await lookAtBatch(deps, [account], run);
      await sweep.renew();
    }
    const last = mappings.at(-1);
    if (!last) return lost;
    afterId = last.id;
  }
}

import { type Database, utcTimestamp } from '@connector/database';
import type { KycStatus } from '@connector/mirakl';
import type { Account } from '@connector/stripe';

/** A mapped account as the ledger knows it. */
export type MappedAccount = {
  readonly id: number;
  readonly shopId: number;
  readonly accountId: string;
  readonly ignored: boolean;
  readonly isBlocked: boolean;
  readonly told: string | null;
  /** What it was paid out to when it was last looked at, by ids; null: not known yet. */
  readonly externalAccounts: string | null;
};

/** The mapped ones among these accounts, by account id. */
export async function findMappedAccounts(
  db: Database,
  accountIds: readonly string[],
): Promise<Map<string, MappedAccount>> {
  if (accountIds.length === 0) return new Map();
  const rows = await mappedAccounts(db).where('stripe_account_id', 'in', accountIds).execute();
  return new Map(rows.map((row) => [row.stripe_account_id, accountOf(row)]));
}

/** Mapped accounts that were not read from Stripe since that moment, in the order of their ids, beginning behind one. */
export async function findAccountsNotRead(
  db: Database,
  input: { readonly since: Date; readonly afterId: number; readonly limit: number },
): Promise<MappedAccount[]> {
  const rows = await mappedAccounts(db)
    .where('id', '>', input.afterId)
    .where((row) => row.or([row('account_read_at', 'is', null), row('account_read_at', '<', input.since)]))
    .orderBy('id')
    .limit(input.limit)
    .execute();
  return rows.map(accountOf);
}

function mappedAccounts(db: Database) {
  return db
    .selectFrom('account_mapping')
    .select([
      'id',
      'mirakl_shop_id',
      'stripe_account_id',
      'ignored',
      'kyc_blocked_at',
      'kyc_status',
      'external_accounts',
    ]);
}

type MappedRow = Awaited<ReturnType<ReturnType<typeof mappedAccounts>['execute']>>[number];

function accountOf(row: MappedRow): MappedAccount {
  return {
    id: row.id,
    shopId: row.mirakl_shop_id,
    accountId: row.stripe_account_id,
    ignored: row.ignored,
    isBlocked: row.kyc_blocked_at !== null,
    told: row.kyc_status,
    externalAccounts: row.external_accounts,
  };
}

/** What a look at an account has shown. */
export type ReadAccount = {
  readonly account: Pick<
    Account,
    'payoutsEnabled' | 'chargesEnabled' | 'detailsSubmitted' | 'disabledReason' | 'type' | 'externalAccountIds'
  >;
  /** Why it cannot be paid; undefined if it can. */
  readonly blocked: string | undefined;
  readonly status: KycStatus | undefined;
  /** Whether what waits for the account is to be looked at again. */
  readonly isReleased: boolean;
  /** Whether the token that opened the seller's onboarding has served its time. */
  readonly forgetsToken: boolean;
};

/**
 * Keeps what a look at the account has shown; false if a later look has been recorded meanwhile. The block is ours, `ignored`
 * is the operator's: neither touches the other.
 */
export async function recordAccount(
  db: Database,
  mapping: MappedAccount,
  read: ReadAccount,
  readAt: Date,
): Promise<boolean> {
  const { account, blocked, status } = read;
  const { numUpdatedRows } = await db
    .updateTable('account_mapping')
    .set((row) => ({
      payout_enabled: account.payoutsEnabled,
      payin_enabled: account.chargesEnabled,
      disabled_reason: account.disabledReason,
      details_submitted: account.detailsSubmitted,
      account_type: typeof account.type === 'string' ? account.type : account.type.unknown,
      external_accounts: account.externalAccountIds.join(','),
      account_read_at: readAt,
      kyc_blocked_at: blocked === undefined ? null : row.fn.coalesce('kyc_blocked_at', row.val(readAt)),
      kyc_block_reason: blocked ?? null,
      ...(status === undefined ? {} : { kyc_status: status }),
      ...(read.forgetsToken ? { onboarding_token: null } : {}),
      ...(read.isReleased ? { release_due_at: readAt } : {}),
      modification_datetime: utcTimestamp(readAt),
    }))
    .where('id', '=', mapping.id)
    .where((row) => row.or([row('account_read_at', 'is', null), row('account_read_at', '<=', readAt)]))
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** Notes that an account cannot be reached any more: its seller has disconnected it, or it was deleted. */
export async function recordLostAccount(
  db: Database,
  mapping: Pick<MappedAccount, 'id'>,
  reason: string,
  readAt: Date,
): Promise<void> {
  await db
    .updateTable('account_mapping')
    .set((row) => ({
      kyc_blocked_at: row.fn.coalesce('kyc_blocked_at', row.val(readAt)),
      kyc_block_reason: reason,
      account_read_at: readAt,
    }))
    .where('id', '=', mapping.id)
    .execute();
}

/** An account that a person should look at. */
export type AccountInTrouble = {
  readonly id: number;
  readonly accountId: string;
  readonly shopId: number;
  readonly status: string | null;
  readonly blockReason: string | null;
};

/** Accounts that cannot be paid or have not proved everything, but for shops that the operator excludes; and how many there are. */
export async function listAccountsInTrouble(
  db: Database,
  limit: number,
): Promise<{ readonly accounts: AccountInTrouble[]; readonly total: number }> {
  const inTrouble = db
    .selectFrom('account_mapping')
    .where('ignored', '=', false)
    .where((row) =>
      row.or([
        row('kyc_blocked_at', 'is not', null),
        row.and([row('kyc_status', 'is not', null), row('kyc_status', '!=', 'APPROVED')]),
      ]),
    );
  const rows = await inTrouble
    .select(['id', 'stripe_account_id', 'mirakl_shop_id', 'kyc_status', 'kyc_block_reason'])
    .orderBy('id')
    .limit(limit)
    .execute();
  const { total } = await inTrouble.select(({ fn }) => fn.countAll<bigint>().as('total')).executeTakeFirstOrThrow();
  const accounts = rows.map((row) => ({
    id: row.id,
    accountId: row.stripe_account_id,
    shopId: row.mirakl_shop_id,
    status: row.kyc_status,
    blockReason: row.kyc_block_reason,
  }));
  return { accounts, total: Number(total) };
}

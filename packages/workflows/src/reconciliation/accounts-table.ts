import { type Database, utcTimestamp } from '@connector/database';
import { type RawBuilder, sql } from 'kysely';

/** A seller's account whose lists are to be read, and from when on. */
export type AccountToAsk = { readonly accountId: string; readonly from: Date };

/**
 * Accounts that money has gone to or left by the ledger: what they pay out is asked for, also if nothing is to be paid out,
 * because that is where a payout by hand shows.
 */
export async function findAccountsWithMoney(db: Database, from: Date): Promise<AccountToAsk[]> {
  return findAccounts(
    db,
    'payouts',
    from,
    sql`exists (
        select from stripe_transfer where account_mapping_id = mapping.id and status = 'TRANSFER_CREATED'
      ) or exists (select from stripe_payout where account_mapping_id = mapping.id)`,
  );
}

/** Accounts with a fee that was changed since then: no others can have paid one. */
export async function findAccountsWithFees(db: Database, from: Date): Promise<AccountToAsk[]> {
  return findAccounts(
    db,
    'fees',
    from,
    sql`exists (
      select from stripe_transfer where account_mapping_id = mapping.id
        and type in ('TRANSFER_SUBSCRIPTION', 'TRANSFER_EXTRA_INVOICES') and modification_datetime >= ${utcTimestamp(from)}
    )`,
  );
}

/** Those that fulfil the condition, and those with an open difference of this part, whose lists are read back to it. */
async function findAccounts(
  db: Database,
  part: 'payouts' | 'fees',
  from: Date,
  condition: RawBuilder<unknown>,
): Promise<AccountToAsk[]> {
  const { rows } = await sql<{ account_id: string; open_since: Date | null }>`
    select mapping.stripe_account_id as account_id, min(open.listed_at) as open_since
    from account_mapping mapping left join reconciliation_difference open
      on open.stripe_account_id = mapping.stripe_account_id and open.part = ${part} and open.resolved_at is null and open.accepted_at is null
    where open.id is not null or ${condition}
    group by 1 order by 1`.execute(db);
  return rows.map(({ account_id: accountId, open_since: openSince }) => ({
    accountId,
    from: openSince && openSince < from ? openSince : from,
  }));
}

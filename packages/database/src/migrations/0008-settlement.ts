import { type Kysely, sql } from 'kysely';

/** One worker at a time for a seller, quick answers to what is due for him, and the bank accounts that he is paid out to. */
export const settlement = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(turns).execute(db);
    await sql.raw(indexes).execute(db);
  },
};

const turns = `
create table seller_turn (
  mirakl_shop_id integer primary key,
  taken_until timestamptz,
  taken_by uuid,
  constraint seller_turn_is_somebodys check ((taken_until is null) = (taken_by is null))
);

alter table account_mapping add column external_accounts text;
`;

const indexes = `
create index stripe_payout_due on stripe_payout (next_try_at nulls first)
  where status in ('PAYOUT_PENDING', 'PAYOUT_ON_HOLD', 'PAYOUT_FAILED');
create index stripe_transfer_of_invoices on stripe_transfer (mirakl_shop_id)
  where type in ('TRANSFER_SUBSCRIPTION', 'TRANSFER_EXTRA_CREDITS', 'TRANSFER_EXTRA_INVOICES')
    and status in ('TRANSFER_PENDING', 'TRANSFER_ON_HOLD', 'TRANSFER_FAILED');
`;

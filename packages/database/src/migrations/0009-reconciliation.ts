import { type Kysely, sql } from 'kysely';

/** What the comparison of ledger, Stripe and Mirakl has found, and how far it is. */
export const reconciliation = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(progress).execute(db);
    await sql.raw(differences).execute(db);
    await sql.raw(indexes).execute(db);
  },
};

/**
 * A run is done unit by unit; what is in a unit stands on one list of Stripe or Mirakl. `cursor`: how far a long list was read.
 * A sighting says that the other side has what the ledger names: an object of Stripe by its id, an order of Mirakl by the type and
 * the Mirakl id of its transfer. Nothing that was seen there vanishes again.
 */
const progress = `
create table reconciliation_run (
  id integer generated always as identity primary key,
  compared_from timestamptz not null,
  compared_to timestamptz not null,
  started_at timestamptz not null,
  advanced_at timestamptz not null,
  finished_at timestamptz,
  compared integer,
  constraint reconciliation_run_goes_forward check (compared_from < compared_to),
  constraint reconciliation_run_ends_with_a_count check ((finished_at is null) = (compared is null))
);
create unique index reconciliation_run_is_alone on reconciliation_run ((finished_at is null)) where finished_at is null;

create table reconciliation_unit (
  id integer generated always as identity primary key,
  run_id integer not null references reconciliation_run (id) on delete cascade,
  part text not null,
  stripe_account_id varchar(255),
  from_at timestamptz,
  to_at timestamptz,
  cursor text,
  compared integer not null default 0,
  done_at timestamptz
);
create index reconciliation_unit_of_run on reconciliation_unit (run_id, id);

create table reconciliation_sighting (
  name varchar(300) primary key,
  seen_at timestamptz not null
);
create index reconciliation_sighting_by_time on reconciliation_sighting (seen_at);
`;

/**
 * `subject` is what it is about, by the words of the side that has it. `listed_at` and the account tell the unit that finds it.
 * Amounts in minor units; `actual` is what the other side says. Accepted: a person has dealt with it, and says how.
 */
const differences = `
create table reconciliation_difference (
  id integer generated always as identity primary key,
  kind text not null,
  subject varchar(300) not null,
  part text not null,
  movement text not null,
  stripe_id varchar(255),
  other_stripe_id varchar(255),
  stripe_account_id varchar(255),
  mirakl_id varchar(255),
  mirakl_order_id varchar(255),
  mirakl_shop_id integer,
  operation_kind text,
  operation_id integer,
  ledger_amount bigint,
  ledger_currency varchar(3),
  actual_amount bigint,
  actual_currency varchar(3),
  listed_at timestamptz not null,
  last_run_id integer not null references reconciliation_run (id),
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  resolved_at timestamptz,
  accepted_at timestamptz,
  note varchar(1024),
  constraint reconciliation_difference_is_unique unique (kind, subject),
  constraint reconciliation_difference_is_accepted_with_a_note check ((accepted_at is null) = (note is null)),
  constraint reconciliation_difference_amounts_have_a_currency check (
    (ledger_amount is null or ledger_currency is not null) and (actual_amount is null or actual_currency is not null)
  )
);
create index reconciliation_difference_open on reconciliation_difference (part, listed_at)
  where resolved_at is null and accepted_at is null;
create index reconciliation_difference_about_transfer on reconciliation_difference (other_stripe_id)
  where resolved_at is null and kind = 'reversed-outside';
create index reconciliation_difference_by_time on reconciliation_difference (first_seen_at, id);
`;

const indexes = `
create index stripe_transfer_by_transfer_id on stripe_transfer (transfer_id);
create index stripe_transfer_by_transaction_id on stripe_transfer (transaction_id);
create index stripe_transfer_made on stripe_transfer (modification_datetime) where status = 'TRANSFER_CREATED';
create index stripe_payout_made on stripe_payout (modification_datetime) where status = 'PAYOUT_CREATED';
create index stripe_refund_made on stripe_refund (modification_datetime) where status = 'REFUND_CREATED';
`;

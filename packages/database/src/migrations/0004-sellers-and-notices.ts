import { type Kysely, sql } from 'kysely';

/** What is known of sellers' accounts, what is to be written to Mirakl for them, and what the operator is told. */
export const sellersAndNotices = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(accounts).execute(db);
    await sql.raw(payments).execute(db);
    await sql.raw(events).execute(db);
    await sql.raw(notices).execute(db);
    await sql.raw(indexes).execute(db);
  },
};

const kycStatuses = "('APPROVED', 'REFUSED', 'PENDING_APPROVAL', 'PENDING_SUBMISSION')";

/** `shop_update` holds what Mirakl is yet to be told, a row a shop: requests that come while it waits become one. */
const accounts = `
alter table account_mapping
  add column details_submitted boolean,
  add column account_type text,
  add column kyc_status text,
  add column account_read_at timestamptz,
  add column release_due_at timestamptz,
  add constraint account_mapping_kyc_status_is_known check (kyc_status in ${kycStatuses});
create index account_mapping_release_due on account_mapping (release_due_at) where release_due_at is not null;

create table shop_update (
  mirakl_shop_id integer primary key,
  link text,
  kyc_status text,
  kyc_reason text,
  revision integer not null default 1,
  attempts integer not null default 0,
  next_try_at timestamptz not null,
  status_reason varchar(1024),
  requested_at timestamptz not null,
  constraint shop_update_link_is_known check (link in ('onboarding', 'login')),
  constraint shop_update_kyc_status_is_known check (kyc_status in ${kycStatuses}),
  constraint shop_update_is_not_empty check (link is not null or kyc_status is not null)
);
create index shop_update_due on shop_update (next_try_at);
`;

const payments = `
alter table payment_mapping
  add column currency varchar(3),
  add column stripe_payment_intent_id varchar(255),
  add column status_reason varchar(1024);
`;

const events = `
alter table stripe_event
  add column next_try_at timestamptz,
  add column outcome text;
create index stripe_event_due on stripe_event (next_try_at) where handled_at is null;
create index stripe_event_unhandled_of_object on stripe_event (object_id) where handled_at is null;
`;

/**
 * `operation_alarm` remembers what the operator was told of an operation that failed; with `due_at` somebody should look
 * whether that is still so. `about` makes a notification one of its kind: the same event or change is told once.
 */
const notices = `
create table operation_alarm (
  kind text not null,
  operation_id integer not null,
  due_at timestamptz,
  told_status text,
  told_reason varchar(1024),
  told_at timestamptz,
  times_told integer not null default 0,
  constraint operation_alarm_kind_is_known check (kind in ('transfer', 'payout', 'refund')),
  primary key (kind, operation_id)
);
create index operation_alarm_due on operation_alarm (due_at) where due_at is not null;

create table notification (
  id integer generated always as identity primary key,
  type text not null,
  about text not null,
  payload jsonb not null,
  status text not null,
  attempts integer not null default 0,
  next_try_at timestamptz,
  last_error varchar(1024),
  created_at timestamptz not null,
  delivered_at timestamptz,
  constraint notification_about_is_unique unique (about),
  constraint notification_status_is_known check (status in ('pending', 'delivered', 'failed')),
  constraint notification_failure_has_a_reason check (status <> 'failed' or last_error is not null),
  constraint notification_delivery_has_a_date check ((status = 'delivered') = (delivered_at is not null))
);
create index notification_due on notification (next_try_at) where status = 'pending';
create index notification_by_creation on notification (created_at);

create table mail_sent (
  topic text primary key,
  last_sent_at timestamptz not null
);
`;

const indexes = `
create index stripe_transfer_by_mirakl_id on stripe_transfer (mirakl_id);
create index stripe_payout_by_payout_id on stripe_payout (payout_id);
create index stripe_refund_by_order on stripe_refund (mirakl_order_id);
`;

import { type Kysely, sql } from 'kysely';

/** Tables that only we know. */
export const connectorTables = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(tables).execute(db);
  },
};

const tables = `
create table shop_onboarding (
  mirakl_shop_id integer primary key,
  status text not null,
  status_reason varchar(1024),
  ignored boolean not null default false,
  attempts integer not null default 0,
  next_try_at timestamptz,
  account_round integer not null default 0,
  account_idempotency_key varchar(255),
  account_request jsonb,
  account_first_sent_at timestamptz,
  stripe_request_id varchar(255),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint shop_onboarding_status_is_known check (status in ('due', 'link-due', 'done', 'failed', 'ignored')),
  constraint shop_onboarding_failure_has_a_reason check (status <> 'failed' or status_reason is not null),
  constraint shop_onboarding_account_key_is_unique unique (account_idempotency_key),
  constraint shop_onboarding_key_and_request_go_together check (
    (account_idempotency_key is null) = (account_request is null)
    and (account_idempotency_key is null) = (account_first_sent_at is null)
  )
);
create index shop_onboarding_due on shop_onboarding (next_try_at) where status in ('due', 'link-due', 'failed');

create table operation_history (
  id bigint generated always as identity primary key,
  kind text not null,
  operation_id integer not null,
  from_status text,
  to_status text not null,
  reason varchar(1024),
  actor text not null,
  attempt integer,
  stripe_request_id varchar(255),
  at timestamptz not null,
  constraint operation_history_kind_is_known check (kind in ('transfer', 'payout', 'refund'))
);
create index operation_history_of_operation on operation_history (kind, operation_id, id);
create index operation_history_by_time on operation_history (at);

create table stripe_event (
  id varchar(255) primary key,
  type text not null,
  account varchar(255),
  object_id varchar(255),
  received_at timestamptz not null,
  handled_at timestamptz
);
create index stripe_event_unhandled on stripe_event (received_at) where handled_at is null;

create table sweep (
  name text primary key,
  running_until timestamptz,
  run_id uuid,
  last_started_at timestamptz,
  last_finished_at timestamptz,
  last_succeeded_at timestamptz,
  last_outcome text,
  last_error varchar(1024)
);

create table mirakl_call (
  operation text primary key,
  last_started_at timestamptz not null
);
`;

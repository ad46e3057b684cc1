import { type Kysely, sql } from 'kysely';

/** What capturing buyers' payments needs in the ledger, and which debits Mirakl could not be told of. */
export const captures = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(payments).execute(db);
    await sql.raw(unconfirmedDebits).execute(db);
    for (const table of ['operation_history', 'operation_alarm']) await sql.raw(oneKindMore(table)).execute(db);
  },
};

/**
 * The columns of operations, as other tables have had them since 0002. `look_up_first` is false also for rows that are not
 * ours: what others captured shows on the payment itself, which is looked at before anything is sent.
 *
 * `capture_amount`, in minor units: what is to be captured, 0 for a payment that is to be let go of; once it is captured,
 * what was. `capture_before`: when the authorisation runs out, as Stripe says.
 */
const payments = `
alter table payment_mapping
  add column round integer not null default 0,
  add column attempts integer not null default 0,
  add column next_try_at timestamptz,
  add column claimed_until timestamptz,
  add column idempotency_key varchar(255),
  add column request jsonb,
  add column first_sent_at timestamptz,
  add column stripe_request_id varchar(255),
  add column look_up_first boolean not null default false,
  add column decided_at timestamptz,
  add column capture_amount bigint,
  add column capture_before timestamptz,
  add constraint payment_mapping_round_is_not_negative check (round >= 0),
  add constraint payment_mapping_capture_amount_is_not_negative check (capture_amount >= 0),
  add constraint payment_mapping_idempotency_key_is_unique unique (idempotency_key),
  add constraint payment_mapping_key_and_request_go_together
    check ((idempotency_key is null) = (request is null) and (idempotency_key is null) = (first_sent_at is null));
create index payment_mapping_by_status on payment_mapping (status, creation_datetime desc);
create index payment_mapping_due on payment_mapping (next_try_at nulls first) where status = 'to_capture';
`;

/** A row for as long as Mirakl waits for the debit and refuses to be told of it, or asks for it in words that we do not know. */
const unconfirmedDebits = `
create table unconfirmed_debit (
  kind text not null,
  order_id varchar(255) not null,
  reason varchar(1024) not null,
  refusals integer not null,
  first_refused_at timestamptz not null,
  last_refused_at timestamptz not null,
  next_try_at timestamptz not null,
  constraint unconfirmed_debit_kind_is_known check (kind in ('product', 'service')),
  primary key (kind, order_id)
);
`;

const oneKindMore = (table: string): string => `
alter table ${table}
  drop constraint ${table}_kind_is_known,
  add constraint ${table}_kind_is_known check (kind in ('transfer', 'payout', 'refund', 'payment'));
`;

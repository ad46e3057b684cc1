import { type Kysely, sql } from 'kysely';

/**
 * Our columns on the old connector's tables. Every one has a default or may be null, and no constraint is laid on a
 * column that the old connector writes: it can run on the result, and rows it writes are complete for us.
 *
 * `look_up_first` is true for all rows that are not ours, those it may still write included: it keeps no idempotency
 * key, so whether it sent such a row is only known on Stripe.
 */
export const connectorColumns = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(idsFromTheirSequences).execute(db);
    await sql.raw(amountsBeyond32Bits).execute(db);
    for (const table of ['stripe_transfer', 'stripe_payout', 'stripe_refund']) {
      await sql.raw(operationColumns(table)).execute(db);
    }
    await sql.raw(otherColumns).execute(db);
  },
};

const idsFromTheirSequences = [
  'account_mapping',
  'config',
  'payment_mapping',
  'stripe_payout',
  'stripe_refund',
  'stripe_transfer',
]
  .map((table) => `alter table ${table} alter column id set default nextval('${table}_id_seq');`)
  .join('\n');

/** 32 bits end at 21 million units of a currency with two decimals; sums in VND or IDR are larger. */
const amountsBeyond32Bits = `
alter table stripe_transfer alter column amount type bigint;
alter table stripe_payout alter column amount type bigint;
alter table stripe_refund alter column amount type bigint;
alter table payment_mapping alter column stripe_amount type bigint;
`;

const operationColumns = (table: string): string => `
alter table ${table}
  add column mirakl_shop_id integer,
  add column round integer not null default 0,
  add column attempts integer not null default 0,
  add column next_try_at timestamptz,
  add column claimed_until timestamptz,
  add column idempotency_key varchar(255),
  add column request jsonb,
  add column first_sent_at timestamptz,
  add column stripe_request_id varchar(255),
  add column look_up_first boolean not null default true,
  add column decided_at timestamptz,
  add constraint ${table}_round_is_not_negative check (round >= 0),
  add constraint ${table}_idempotency_key_is_unique unique (idempotency_key),
  add constraint ${table}_key_and_request_go_together
    check ((idempotency_key is null) = (request is null) and (idempotency_key is null) = (first_sent_at is null));
create index ${table}_by_status on ${table} (status, creation_datetime desc);
create index ${table}_by_shop on ${table} (mirakl_shop_id, creation_datetime desc);
`;

const otherColumns = `
alter table stripe_transfer add column mirakl_commercial_order_id varchar(255);
create index stripe_transfer_due on stripe_transfer (type, next_try_at nulls first)
  where status in ('TRANSFER_PENDING', 'TRANSFER_ON_HOLD', 'TRANSFER_FAILED');
create index stripe_transfer_by_commercial_order on stripe_transfer (mirakl_commercial_order_id);
create index payment_mapping_by_commercial_order on payment_mapping (mirakl_commercial_order_id);

alter table account_mapping
  add column kyc_blocked_at timestamptz,
  add column kyc_block_reason text;
create index account_mapping_by_onboarding_token on account_mapping (onboarding_token);
`;

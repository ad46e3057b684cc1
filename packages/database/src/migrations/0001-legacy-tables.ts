import { type Kysely, sql } from 'kysely';

/**
 * The old connector's tables as its version 4.1 leaves them, names of keys and indexes included. Where they exist
 * already, nothing is done. Its own bookkeeping (`doctrine_migration_versions`, `messenger_messages`) is its business.
 */
export const legacyTables = {
  async up(db: Kysely<unknown>): Promise<void> {
    const { rows } = await sql<{ found: boolean }>`select to_regclass('account_mapping') is not null as found`.execute(
      db,
    );
    if (rows[0]?.found) return;
    await sql.raw(tables).execute(db);
  },
};

const tables = `
create sequence account_mapping_id_seq;
create table account_mapping (
  id integer constraint mirakl_stripe_mapping_pkey primary key,
  mirakl_shop_id integer not null,
  stripe_account_id varchar(255) not null,
  payout_enabled boolean default false not null,
  payin_enabled boolean default false not null,
  disabled_reason varchar(255) default null,
  creation_datetime timestamp(0) default current_timestamp not null,
  modification_datetime timestamp(0) default current_timestamp not null,
  onboarding_token varchar(255),
  ignored boolean default false not null
);
create unique index uniq_80cd38c2e065f932 on account_mapping (stripe_account_id);
create unique index uniq_80cd38c2f5fd776e on account_mapping (mirakl_shop_id);

create sequence config_id_seq;
create table config (
  id integer constraint config_pkey primary key,
  key varchar(255) not null,
  value varchar(255) default null
);
create unique index uniq_84ced2b33efa2266 on config (key);

create sequence payment_mapping_id_seq;
create table payment_mapping (
  id integer constraint stripe_payment_pkey primary key,
  mirakl_commercial_order_id varchar(255) default null,
  stripe_charge_id varchar(255) not null,
  status varchar(255) not null,
  creation_datetime timestamp(0) default current_timestamp not null,
  modification_datetime timestamp(0) default current_timestamp not null,
  stripe_amount integer not null
);
create unique index uniq_42efb5f77fcd0533 on payment_mapping (stripe_charge_id);

create sequence stripe_payout_id_seq;
create table stripe_payout (
  id integer constraint stripe_payout_pkey primary key,
  account_mapping_id integer constraint fk_e663d43e6208568 references account_mapping (id),
  amount integer,
  currency varchar(255),
  mirakl_created_date timestamp(0) not null,
  mirakl_invoice_id integer not null,
  payout_id varchar(255) default null,
  status varchar(255) not null,
  creation_datetime timestamp(0) default current_timestamp not null,
  modification_datetime timestamp(0) default current_timestamp not null,
  status_reason varchar(1024) default null
);
create index idx_e663d43e6208568 on stripe_payout (account_mapping_id);
create unique index uniq_e663d43e16a17787 on stripe_payout (mirakl_invoice_id);

create sequence stripe_refund_id_seq;
create table stripe_refund (
  id integer constraint mirakl_refund_pkey primary key,
  amount integer not null,
  currency varchar(255) not null,
  mirakl_refund_id varchar(255) not null,
  mirakl_order_id varchar(255) not null,
  stripe_refund_id varchar(255) default null,
  status varchar(255) not null,
  status_reason varchar(1024),
  mirakl_validation_time timestamp(0),
  creation_datetime timestamp(0) default current_timestamp not null,
  modification_datetime timestamp(0) default current_timestamp not null,
  mirakl_order_line_id varchar(255),
  transaction_id varchar(255) default null,
  type varchar(255) default 'REFUND_PRODUCT_ORDER' not null,
  mirakl_commercial_order_id varchar(255)
);
create unique index uniq_f36169648518a673 on stripe_refund (mirakl_refund_id);

create sequence stripe_transfer_id_seq;
create table stripe_transfer (
  id integer constraint stripe_transfer_pkey primary key,
  account_mapping_id integer constraint fk_1d737ff36208568 references account_mapping (id),
  mirakl_id varchar(255) not null,
  type varchar(255) not null,
  transfer_id varchar(255) default null,
  amount integer,
  status varchar(255) not null,
  status_reason varchar(1024) default null,
  currency varchar(255),
  mirakl_created_date timestamp(0),
  creation_datetime timestamp(0) default current_timestamp not null,
  modification_datetime timestamp(0) default current_timestamp not null,
  transaction_id varchar(255) default null
);
create index idx_1d737ff36208568 on stripe_transfer (account_mapping_id);
create unique index transfer on stripe_transfer (type, mirakl_id);
`;

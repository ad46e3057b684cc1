import { type Kysely, sql } from 'kysely';

/**
 * What is known of a refund between Stripe's answer and Mirakl's: when Stripe said that the buyer gets his money, whether Mirakl
 * was told with an outcome that nobody knows, and how often it refused to hear of it.
 */
export const refunds = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(columns).execute(db);
  },
};

const columns = `
alter table stripe_refund
  add column paid_back_at timestamptz,
  add column confirmation_sent_at timestamptz,
  add column confirmation_refusals integer not null default 0;
create index stripe_refund_due on stripe_refund (type, next_try_at nulls first)
  where status in ('REFUND_PENDING', 'REFUND_ON_HOLD', 'REFUND_FAILED');
create index stripe_refund_by_stripe_refund_id on stripe_refund (stripe_refund_id);
`;

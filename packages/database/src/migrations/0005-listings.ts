import { type Kysely, sql } from 'kysely';

/** Lets operations be listed from the oldest to the newest, and those of a time be found, without reading all others. */
export const listings = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const table of ['stripe_transfer', 'stripe_payout', 'stripe_refund']) {
      await sql.raw(`create index ${table}_by_creation on ${table} (creation_datetime, id)`).execute(db);
    }
  },
};

import { type Kysely, sql } from 'kysely';

/** Lets it be found that something has become of a payment and that nobody has looked yet at what waited for it. */
export const paymentReleases = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(releases).execute(db);
  },
};

const releases = `
alter table payment_mapping add column release_due_at timestamptz;
create index payment_mapping_release_due on payment_mapping (release_due_at) where release_due_at is not null;
`;

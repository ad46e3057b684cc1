import type { Database } from '@connector/database';
import { sql } from 'kysely';
import { all, ofTime, oneOf } from './conditions-table.ts';
import type { MappingFilter, MappingRecord, RecordSlice } from './record.ts';

/** Mappings from the oldest to the newest. */
export async function listMappings(db: Database, filter: MappingFilter, slice: RecordSlice): Promise<MappingRecord[]> {
  return mappings(db)
    .where(all([...oneOf('mirakl_shop_id', filter.miraklShopId), ...ofTime(filter)]))
    .orderBy('creation_datetime')
    .orderBy('id')
    .offset(slice.offset)
    .limit(slice.limit)
    .execute();
}

/** One mapping; undefined if there is none of this id. */
export async function findMappingRecord(db: Database, id: number): Promise<MappingRecord | undefined> {
  return mappings(db).where('id', '=', id).executeTakeFirst();
}

function mappings(db: Database) {
  return db
    .selectFrom('account_mapping')
    .select([
      'id',
      'mirakl_shop_id as miraklShopId',
      'stripe_account_id as stripeAccountId',
      sql<boolean>`onboarding_token is not null`.as('hasOnboardingToken'),
      'payout_enabled as payoutEnabled',
      'payin_enabled as payinEnabled',
      'ignored',
      'disabled_reason as disabledReason',
      'creation_datetime as createdAt',
      'modification_datetime as modifiedAt',
    ]);
}

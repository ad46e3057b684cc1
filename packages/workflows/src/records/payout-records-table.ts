import type { Database } from '@connector/database';
import { all, ofOperation, ofShops } from './conditions-table.ts';
import type { PayoutRecord, RecordFilter, RecordSlice } from './record.ts';

/** Payouts from the oldest to the newest. */
export async function listPayouts(
  db: Database,
  filter: Omit<RecordFilter, 'type' | 'miraklId'>,
  slice: RecordSlice,
): Promise<PayoutRecord[]> {
  const conditions = [...ofOperation(filter), ...(await ofShops(db, filter.miraklShopId))];
  return payouts(db)
    .where(all(conditions))
    .orderBy('creation_datetime')
    .orderBy('id')
    .offset(slice.offset)
    .limit(slice.limit)
    .execute();
}

/** One payout; undefined if there is none of this id. */
export async function findPayoutRecord(db: Database, id: number): Promise<PayoutRecord | undefined> {
  return payouts(db).where('id', '=', id).executeTakeFirst();
}

function payouts(db: Database) {
  return db
    .selectFrom('stripe_payout')
    .select([
      'id',
      'account_mapping_id as mappingId',
      'amount',
      'currency',
      'mirakl_invoice_id as miraklInvoiceId',
      'payout_id as payoutId',
      'mirakl_created_date as miraklCreatedAt',
      'status',
      'status_reason as statusReason',
      'creation_datetime as createdAt',
      'modification_datetime as modifiedAt',
    ]);
}

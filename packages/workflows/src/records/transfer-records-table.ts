import type { Database } from '@connector/database';
import { all, ofOperation, ofShops, oneOf } from './conditions-table.ts';
import type { RecordFilter, RecordSlice, TransferRecord } from './record.ts';

/** Transfers from the oldest to the newest. */
export async function listTransfers(db: Database, filter: RecordFilter, slice: RecordSlice): Promise<TransferRecord[]> {
  const conditions = [
    ...ofOperation(filter),
    ...oneOf('type', filter.type),
    ...oneOf('mirakl_id', filter.miraklId),
    ...(await ofShops(db, filter.miraklShopId)),
  ];
  return transfers(db)
    .where(all(conditions))
    .orderBy('creation_datetime')
    .orderBy('id')
    .offset(slice.offset)
    .limit(slice.limit)
    .execute();
}

/** One transfer; undefined if there is none of this id. */
export async function findTransferRecord(db: Database, id: number): Promise<TransferRecord | undefined> {
  return transfers(db).where('id', '=', id).executeTakeFirst();
}

function transfers(db: Database) {
  return db
    .selectFrom('stripe_transfer')
    .select([
      'id',
      'mirakl_id as miraklId',
      'type',
      'account_mapping_id as mappingId',
      'transfer_id as transferId',
      'transaction_id as transactionId',
      'amount',
      'currency',
      'mirakl_created_date as miraklCreatedAt',
      'status',
      'status_reason as statusReason',
      'creation_datetime as createdAt',
      'modification_datetime as modifiedAt',
    ]);
}

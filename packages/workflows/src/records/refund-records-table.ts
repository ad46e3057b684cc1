import type { Database } from '@connector/database';
import { all, ofOperation, ofOrdersOfShops, oneOf } from './conditions-table.ts';
import type { RecordFilter, RecordSlice, RefundRecord } from './record.ts';

/** Refunds from the oldest to the newest. */
export async function listRefunds(
  db: Database,
  filter: Omit<RecordFilter, 'miraklId'>,
  slice: RecordSlice,
): Promise<RefundRecord[]> {
  const conditions = [
    ...ofOperation(filter),
    ...oneOf('type', filter.type),
    ...(await ofOrdersOfShops(db, filter.miraklShopId)),
  ];
  return refunds(db)
    .where(all(conditions))
    .orderBy('creation_datetime')
    .orderBy('id')
    .offset(slice.offset)
    .limit(slice.limit)
    .execute();
}

/** One refund; undefined if there is none of this id. */
export async function findRefundRecord(db: Database, id: number): Promise<RefundRecord | undefined> {
  return refunds(db).where('id', '=', id).executeTakeFirst();
}

function refunds(db: Database) {
  return db
    .selectFrom('stripe_refund')
    .select([
      'id',
      'type',
      'amount',
      'currency',
      'mirakl_refund_id as miraklRefundId',
      'mirakl_commercial_order_id as miraklCommercialOrderId',
      'mirakl_order_id as miraklOrderId',
      'mirakl_order_line_id as miraklOrderLineId',
      'transaction_id as transactionId',
      'stripe_refund_id as stripeRefundId',
      'mirakl_validation_time as miraklValidatedAt',
      'status',
      'status_reason as statusReason',
      'creation_datetime as createdAt',
      'modification_datetime as modifiedAt',
    ]);
}

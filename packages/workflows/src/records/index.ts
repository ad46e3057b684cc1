export { findDifferenceRecord, listDifferences } from './difference-records-table.ts';
export { findMappingRecord, listMappings } from './mapping-records-table.ts';
export { findPayoutRecord, listPayouts } from './payout-records-table.ts';
export type {
  DifferenceFilter,
  DifferenceRecord,
  MappingFilter,
  MappingRecord,
  PayoutRecord,
  RecordFilter,
  RecordSlice,
  RefundRecord,
  TransferRecord,
} from './record.ts';
export { findRefundRecord, listRefunds } from './refund-records-table.ts';
export { findTransferRecord, listTransfers } from './transfer-records-table.ts';

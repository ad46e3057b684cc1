import type { SweepName } from '@connector/queues';
import type { TransferType } from './transfer.ts';

/** The sweep that weighs waiting transfers of a type again. */
export const weighingJobOf = {
  TRANSFER_PRODUCT_ORDER: 'payment-split.plan-due-product-orders',
  TRANSFER_SERVICE_ORDER: 'payment-split.plan-due-service-orders',
  TRANSFER_REFUND: 'refunds.plan-reversals',
} as const satisfies Record<TransferType, SweepName>;

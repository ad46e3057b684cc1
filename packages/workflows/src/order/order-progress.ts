import type { ProductOrderState, ServiceOrderState } from '@connector/mirakl';

/** How far an order, or a line of one, is in the words of the rules. */
export type OrderProgress = 'refused' | 'not-accepted' | 'accepted';

/** How far a product order or one of its lines is (OR11). What is disputed or paid back was accepted before. */
export function productOrderProgress(state: ProductOrderState): OrderProgress {
  switch (state) {
    case 'REFUSED':
    case 'CANCELED':
      return 'refused';
    case 'STAGING':
    case 'WAITING_ACCEPTANCE':
    case 'WAITING_DEBIT':
    case 'WAITING_DEBIT_PAYMENT':
      return 'not-accepted';
    case 'SHIPPING':
    case 'SHIPPED':
    case 'TO_COLLECT':
    case 'RECEIVED':
    case 'CLOSED':
    case 'INCIDENT_OPEN':
    case 'WAITING_REFUND':
    case 'WAITING_REFUND_PAYMENT':
    case 'REFUNDED':
      return 'accepted';
  }
}

/** How far a service order is (SOR11). */
export function serviceOrderProgress(state: ServiceOrderState): OrderProgress {
  switch (state) {
    case 'ORDER_REFUSED':
    case 'ORDER_EXPIRED':
    case 'ORDER_CANCELLED':
      return 'refused';
    case 'WAITING_SCORING':
    case 'WAITING_ACCEPTANCE':
    case 'WAITING_DEBIT':
    case 'WAITING_DEBIT_PAYMENT':
      return 'not-accepted';
    case 'ORDER_PENDING':
    case 'ORDER_ACCEPTED':
    case 'ORDER_CLOSED':
      return 'accepted';
  }
}

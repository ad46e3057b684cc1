import { sumDecimals } from '@connector/kernel';
import type { ServiceDebit, ServiceOrder, UnknownValue } from '@connector/mirakl';
import { isUnknown } from '../order/is-unknown.ts';
import { type OrderProgress, serviceOrderProgress } from '../order/order-progress.ts';
import { serviceOrderSums } from '../order/order-sums.ts';
import type { CaptureSums, OrderFacts } from './order-facts.ts';

/** The facts of a service order (SOR11) with its debit (SPA11). It is refused or accepted as a whole. */
export function serviceOrderFacts(order: ServiceOrder, debit: ServiceDebit | undefined): OrderFacts {
  const progress = isUnknown(order.state) ? order.state : serviceOrderProgress(order.state);
  return {
    id: order.id,
    commercialId: order.commercialId,
    progress,
    state: isUnknown(order.state) ? order.state.unknown : order.state,
    debit: debitOf(order, debit),
    currency: order.currency,
    sums: sumsOf(order, progress),
  };
}

function debitOf({ state }: ServiceOrder, debit: ServiceDebit | undefined): OrderFacts['debit'] {
  if (debit?.state === 'OK') return 'done';
  return debit?.state === 'WAITING' || state === 'WAITING_DEBIT_PAYMENT' ? 'awaited' : 'not asked for';
}

function sumsOf(order: ServiceOrder, progress: OrderProgress | UnknownValue): CaptureSums | UnknownValue {
  const whole = serviceOrderSums(order);
  if (isUnknown(whole)) return whole;
  return progress === 'refused' ? { due: nothing, gone: whole.due } : { due: whole.due, gone: nothing };
}

const nothing = sumDecimals([]);

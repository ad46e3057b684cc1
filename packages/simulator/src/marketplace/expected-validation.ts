import type { Stripe } from 'stripe';
import { chargesByOrder, isLive, type Purchases } from './purchases.ts';

/** The state in which an order of either kind waits for the buyer's money. */
const awaitingDebit = 'WAITING_DEBIT_PAYMENT';

/**
 * The purchases once Mirakl has been told of the payments that its orders wait for (PA01, SPA01): what has a live payment is
 * paid by it, captured ones before those that are authorised only, then the oldest; what was declined for good is cancelled.
 */
export function expectedValidation(purchases: Purchases): Purchases {
  const verdicts = new Map([...chargesByOrder(purchases)].map(([id, charges]) => [id, verdictOn(charges)]));
  const verdictOf = (commercialId: string) => verdicts.get(commercialId) ?? 'wait';

  const productOrders = purchases.productOrders().map((order) => {
    const verdict = order.state === awaitingDebit ? verdictOf(order.commercialId) : 'wait';
    if (verdict === 'wait') return order;
    const state = verdict === 'declined' ? 'CANCELED' : 'SHIPPING';
    const lines = order.lines.map((line) => (line.state === awaitingDebit ? { ...line, state } : line));
    const transactionNumber = verdict === 'declined' ? null : verdict;
    return { ...order, state, lines, transactionNumber, debited: verdict !== 'declined' };
  });

  const debits = [...purchases.debits()];
  const serviceOrders = purchases.serviceOrders().map((order) => {
    const waiting = debits.findIndex(({ orderId, state }) => orderId === order.id && state === 'WAITING');
    const verdict = order.state === awaitingDebit || waiting >= 0 ? verdictOf(order.commercialId) : 'wait';
    if (verdict === 'wait') return order;
    if (waiting >= 0) debits.splice(waiting, 1);
    const paid = verdict !== 'declined';
    const { id: orderId, currency } = order;
    debits.push({ orderId, currency, amount: '0', ...(paid ? { state: 'OK', transactionNumber: verdict } : refused) });
    if (order.state !== awaitingDebit) return order;
    return { ...order, state: paid ? 'ORDER_PENDING' : 'ORDER_CANCELLED' };
  });
  return {
    productOrders: () => productOrders,
    serviceOrders: () => serviceOrders,
    debits: () => debits,
    charges: purchases.charges,
  };
}

const refused = { state: 'REFUSED', transactionNumber: null };

/** The charge that pays; or `declined` if all have come to nothing, `wait` if one may yet work or there is none. */
function verdictOn(charges: readonly Stripe.Charge[]): string {
  const live = charges.filter(isLive);
  const [best] = [...live.filter(({ captured }) => captured), ...live];
  if (best !== undefined) return best.id;
  const isOver = ({ status, captured, refunded }: Stripe.Charge) => status === 'failed' || (refunded && !captured);
  return charges.every(isOver) ? 'declined' : 'wait';
}

import type { Database } from '@connector/database';
import { type Invoice, parseMiraklDate, type Unreadable } from '@connector/mirakl';
import { isUnknown } from '../order/is-unknown.ts';
import { statusReason } from '../status-reason.ts';
import { decideInvoice, holdAll, type IssuedInvoice, isToBeSettled, type SettlementRules } from './decide-invoice.ts';
import type { WeighedInvoice } from './movement.ts';
import { findSellers, unknownSeller } from './sellers-table.ts';

/** The largest number of an invoice or of a shop that the ledger can hold. */
const largestNumber = 2 ** 31 - 1;

/** Documents that call for something, as far as the ledger can hold their numbers. */
export function pickInvoices(invoices: readonly Invoice[]): { fit: IssuedInvoice[]; tooLarge: IssuedInvoice[] } {
  const { fit = [], tooLarge = [] } = Object.groupBy(invoices.filter(isToBeSettled), ({ invoiceId, shopId = 0 }) =>
    Math.max(invoiceId, shopId) <= largestNumber ? 'fit' : 'tooLarge',
  );
  return { fit, tooLarge };
}

/** Decides about these documents, with the facts of the ledger asked for in bulk. */
export async function weighInvoices(
  db: Database,
  rules: SettlementRules,
  invoices: readonly IssuedInvoice[],
  now: Date,
): Promise<WeighedInvoice[]> {
  const shopIds = invoices.map(({ shopId }) => shopId).filter((id) => id !== undefined);
  const sellers = await findSellers(db, [...new Set(shopIds)]);
  return invoices.map((invoice) => ({
    invoiceId: invoice.invoiceId,
    shopId: invoice.shopId ?? null,
    currency: isUnknown(invoice.currency) ? null : invoice.currency,
    createdAt: parseMiraklDate(invoice.createdAt) ?? now,
    decision: decideInvoice({ invoice, seller: sellers.get(invoice.shopId ?? 0) ?? unknownSeller, rules }),
  }));
}

/**
 * Documents that Mirakl described in a way we cannot read are held by number, so that nothing is lost and no other waits
 * (lessons.md, L16). Those without a number are left out: undefined.
 */
export function weighUnreadable({ id, field, value, ...known }: Unreadable, now: Date): WeighedInvoice | undefined {
  if (id === undefined || !/^\d{1,10}$/.test(id) || Number(id) > largestNumber) return undefined;
  const { shopId, createdAt } = known;
  return {
    invoiceId: Number(id),
    shopId: shopId !== undefined && shopId <= largestNumber ? shopId : null,
    currency: null,
    createdAt: (createdAt === undefined ? undefined : parseMiraklDate(createdAt)) ?? now,
    decision: holdAll(statusReason.unexpectedValue(value, field)),
  };
}

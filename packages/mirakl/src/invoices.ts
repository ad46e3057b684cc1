import { z } from 'zod';
import { idChunks, inOneListing } from './chunks.ts';
import { currency, integer, optionalText, word } from './fields.ts';
import { inTurn } from './in-turn.ts';
import { invoiceSummary } from './invoice-summary.ts';
import type { MiraklClient } from './mirakl-client.ts';
import { filterDate } from './mirakl-date.ts';
import { offsetPages, type Page } from './page.ts';

const states = ['DRAFT', 'GENERATED', 'COMPLETE'] as const;

/** The state of an accounting document: one that is issued is no draft. */
export type InvoiceState = (typeof states)[number];
/** A document of Mirakl's accounting. An automatic one closes a billing cycle of one seller. */
export type Invoice = z.output<typeof invoice>;
export type InvoiceSummary = NonNullable<Invoice['summary']>;

const invoice = z
  .object({
    invoice_id: integer.nullish(),
    id: optionalText,
    type: word(['AUTO_INVOICE', 'MANUAL_INVOICE', 'MANUAL_CREDIT'], 'type'),
    state: word(states, 'state'),
    date_created: z.string(),
    currency_iso_code: currency('currency_iso_code'),
    shop_id: integer.nullish(),
    shop_model: optionalText,
    pay_out_psp_code: optionalText,
    seller_billing_cycle_id: optionalText,
    payment: z.object({ state: word(['PENDING', 'PAID', 'FAILED'], 'payment.state').nullish() }).nullish(),
    summary: invoiceSummary.nullish(),
  })
  .transform((raw) => ({
    /** Undefined for a draft. */
    invoiceId: raw.invoice_id ?? undefined,
    uuid: raw.id,
    type: raw.type,
    state: raw.state,
    /** As Mirakl wrote it. */
    createdAt: raw.date_created,
    currency: raw.currency_iso_code,
    shopId: raw.shop_id ?? undefined,
    shopModel: raw.shop_model,
    payOutPsp: raw.pay_out_psp_code,
    billingCycleId: raw.seller_billing_cycle_id,
    paymentState: raw.payment?.state ?? undefined,
    /** Undefined for manual documents: their sums are in the next automatic one. */
    summary: raw.summary ?? undefined,
  }));

/** Which documents are wanted. Nothing is listed without a date, a shop or ids. */
export type InvoiceFilter = {
  /** Created at or after that date. */
  readonly createdSince?: string;
  /** Of that shop only; with a date, of those created since. */
  readonly shopId?: number;
  /** These besides, whatever their date and shop: one that fits both is listed twice. */
  readonly invoiceIds?: readonly number[];
  /** Automatic documents unless given; manual ones as well with `ALL`. */
  readonly type?: 'AUTO_INVOICE' | 'ALL';
  /** No drafts unless given. */
  readonly states?: readonly InvoiceState[];
};

/**
 * Accounting documents, oldest first, and then those that were named, in portions of 100 (IV01). Takes the one turn a day that
 * Mirakl's call frequency allows, except for no question at all; throws `mirakl_too_soon` if it is not there yet. Mirakl's
 * limit knows no exception, so listings by ids and of one shop take it like any other: who wants new documents and some older
 * ones asks for both at once. One that Mirakl does not serve may be made again after ten minutes.
 */
export async function* listInvoices(mirakl: MiraklClient, filter: InvoiceFilter): AsyncGenerator<Page<Invoice>> {
  const queries = queriesFor(filter);
  if (queries.length === 0) return;
  const { type = 'AUTO_INVOICE', states: wanted = ['GENERATED', 'COMPLETE'] } = filter;
  const common = { sort: 'dateCreated', order: 'asc', type, states: wanted.join(',') };
  const listings = queries.map((query) =>
    offsetPages(mirakl, {
      operation: 'IV01',
      path: '/api/invoices',
      query: new URLSearchParams({ ...common, ...query }),
      itemsField: 'invoices',
      idField: 'invoice_id',
      item: invoice,
    }),
  );
  yield* inTurn(mirakl, 'IV01', inOneListing(listings));
}

function queriesFor({ createdSince, shopId, invoiceIds = [] }: InvoiceFilter): Record<string, string>[] {
  const since = createdSince === undefined ? {} : { start_date: filterDate(createdSince) };
  const shop = shopId === undefined ? {} : { shop: String(shopId) };
  const listing = { ...since, ...shop };
  const byIds = idChunks(invoiceIds).map((ids) => ({ invoice_id: ids.join(',') }));
  return Object.keys(listing).length > 0 ? [listing, ...byIds] : byIds;
}

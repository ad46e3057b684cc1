import type { Request } from 'express';
import type { Answer } from '../http/answer.ts';
import { emitInvoice, internalIdOf } from './emit-invoice.ts';
import { momentOf, numbersOf, onlyParameters, textOf, toSecond, valuesOf, wordOf, wordsOf } from './filters.ts';
import type { SimulatedInvoice } from './objects.ts';
import { offsetPage, offsetParameters } from './paging.ts';
import type { MiraklState } from './state.ts';

const types = ['AUTO_INVOICE', 'MANUAL_INVOICE', 'MANUAL_CREDIT'];
const payOutPsps = ['NOT_SPECIFIED', 'MANGOPAY', 'MIRAKL_PAYOUT', 'OPERATOR'];
const parameters = [
  ...offsetParameters,
  ...['sort', 'order', 'start_date', 'end_date', 'invoice_id', 'seller_billing_cycle_id', 'shop', 'shop_model'],
  ...['shop_operator_internal_id', 'type', 'states', 'currency', 'issuing_user_types', 'pay_out_psp_codes'],
  ...['payment_status', 'payment_voucher_number'],
];

/**
 * IV01: accounting documents, oldest first and equally old ones by id, unless `order=desc`. Without `type` only the automatic
 * ones, without `states` no drafts.
 */
export function listInvoices({ invoices, shops }: MiraklState, request: Request): Answer {
  const { query } = request;
  onlyParameters(query, parameters);
  wordOf(query, 'sort', ['dateCreated']);
  const descending = wordOf(query, 'order', ['asc', 'desc']) === 'desc';
  const fits = filterOf(query);
  const found = invoices.all().filter(fits);
  return offsetPage(request, 'invoices', descending ? found.toReversed() : found, (invoice) =>
    emitInvoice(invoice, invoice.shopId === null ? undefined : shops.get(invoice.shopId)),
  );
}

/** The values that a document may have there; undefined for any. */
type Wanted = readonly [ReadonlySet<string> | undefined, (invoice: SimulatedInvoice) => unknown];

function filterOf(query: Request['query']): (invoice: SimulatedInvoice) => boolean {
  const since = momentOf(query, 'start_date') ?? Number.NEGATIVE_INFINITY;
  const until = momentOf(query, 'end_date') ?? Number.POSITIVE_INFINITY;
  const type = wordOf(query, 'type', ['ALL', ...types]) ?? 'AUTO_INVOICE';
  const states = wordsOf(query, 'states', ['DRAFT', 'GENERATED', 'COMPLETE']) ?? new Set(['GENERATED', 'COMPLETE']);
  const wanted: readonly Wanted[] = [
    [only(type === 'ALL' ? undefined : type), (invoice) => invoice.type],
    [states, (invoice) => invoice.state],
    [numbersOf(query, 'invoice_id', 'either'), (invoice) => invoice.invoiceId],
    [valuesOf(query, 'seller_billing_cycle_id', 'either'), (invoice) => invoice.billingCycleId],
    [numbersOf(query, 'shop', 'repeated'), (invoice) => invoice.shopId],
    [only(textOf(query, 'shop_operator_internal_id')), internalIdOf],
    [wordsOf(query, 'shop_model', ['MARKETPLACE', 'DROPSHIP', 'ONE_CREDITOR']), (invoice) => invoice.shopModel],
    [only(textOf(query, 'currency')), (invoice) => invoice.currency],
    [wordsOf(query, 'issuing_user_types', ['OPERATOR', 'BATCH', 'PARTNER']), (invoice) => invoice.issuedBy],
    [wordsOf(query, 'pay_out_psp_codes', payOutPsps), (invoice) => invoice.payOutPsp],
    [only(wordOf(query, 'payment_status', ['PENDING', 'PAID', 'FAILED'])), (invoice) => invoice.paymentState],
    [only(textOf(query, 'payment_voucher_number')), (invoice) => invoice.paymentVoucherNumber],
  ];
  return (invoice) => {
    const created = toSecond(invoice.createdAt);
    const inTime = created >= since && created <= until;
    return inTime && wanted.every(([values, read]) => values === undefined || values.has(String(read(invoice))));
  };
}

function only(value: string | undefined): ReadonlySet<string> | undefined {
  return value === undefined ? undefined : new Set([value]);
}

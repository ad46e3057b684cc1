import { type Decimal, sumDecimals } from '@connector/kernel';
import { z } from 'zod';
import { idChunks, inOneListing } from './chunks.ts';
import {
  currency,
  decimal,
  flag,
  integer,
  list,
  missing,
  optionalText,
  taxMode,
  type UnknownValue,
  word,
} from './fields.ts';
import type { MiraklClient } from './mirakl-client.ts';
import { filterDate } from './mirakl-date.ts';
import { orUnknown } from './or-unknown.ts';
import { type Page, seekPages } from './page.ts';

const states = [
  'WAITING_SCORING',
  'WAITING_ACCEPTANCE',
  'WAITING_DEBIT',
  'WAITING_DEBIT_PAYMENT',
  'ORDER_PENDING',
  'ORDER_ACCEPTED',
  'ORDER_CLOSED',
  'ORDER_REFUSED',
  'ORDER_EXPIRED',
  'ORDER_CANCELLED',
] as const;

export type ServiceOrderState = (typeof states)[number];
/** An order of a service. */
export type ServiceOrder = z.output<typeof order>;

const tax = z.object({ amount: decimal });
const sumOf = (taxes: readonly { amount: Decimal }[]) => sumDecimals(taxes.map(({ amount }) => amount));

const option = z.object({
  type: z.string(),
  amount: decimal.nullish(),
  values: list(z.object({ amount: decimal.nullish() })),
});

/** What an option costs: a yes-or-no option its own amount, a list of values the sum of theirs. */
function optionAmount({ type, amount, values }: z.output<typeof option>): Decimal | UnknownValue {
  switch (type) {
    case 'BOOLEAN':
      return amount ?? sumDecimals([]);
    case 'VALUE_LIST':
      return sumDecimals(values.map((value) => value.amount ?? sumDecimals([])));
    default:
      return { unknown: type, field: 'price.options.type' };
  }
}

function optionsAmount(options: readonly z.output<typeof option>[]): Decimal | UnknownValue {
  const amounts: Decimal[] = [];
  for (const each of options) {
    const amount = optionAmount(each);
    if ('unknown' in amount) return amount;
    amounts.push(amount);
  }
  return sumDecimals(amounts);
}

const refund = z
  .object({
    id: z.string().min(1),
    amount: decimal,
    commission: z.object({ amount_including_taxes: decimal }).nullish(),
    taxes: list(tax),
    state: word(['WAITING', 'OK', 'REFUSED'], 'refunds.state'),
    transaction_number: optionalText,
  })
  .transform((raw) => ({
    id: raw.id,
    /** Without the taxes, where prices do not include them. */
    amount: raw.amount,
    /** What the operator gives back of his commission, its taxes included. */
    commission: raw.commission?.amount_including_taxes ?? missing('refunds.commission.amount_including_taxes'),
    taxes: sumOf(raw.taxes),
    /** `OK` once it is paid back. */
    state: raw.state,
    transactionNumber: raw.transaction_number,
  }));

const order = z
  .object({
    id: z.string().min(1),
    commercial_order_id: z.string().min(1),
    date_created: z.string(),
    state: word(states, 'state'),
    currency_code: currency('currency_code'),
    order_tax_mode: taxMode,
    shop: z.object({ id: integer }),
    customer: z.object({ id: optionalText }).nullish(),
    pay_out_psp_code: optionalText,
    customer_directly_pays_seller: flag,
    price: z.object({ amount: decimal.nullish(), taxes: list(tax), options: list(option) }).nullish(),
    // An order that came to nothing can be without.
    commission: z.object({ amount_including_taxes: decimal }).nullish(),
    refunds: orUnknown(list(refund), 'refunds'),
  })
  .transform((raw) => ({
    id: raw.id,
    commercialId: raw.commercial_order_id,
    shopId: raw.shop.id,
    customerId: raw.customer?.id,
    /** As Mirakl wrote it. */
    createdAt: raw.date_created,
    state: raw.state,
    taxMode: raw.order_tax_mode,
    currency: raw.currency_code,
    payOutPsp: raw.pay_out_psp_code,
    buyerPaysSeller: raw.customer_directly_pays_seller,
    price: raw.price?.amount ?? missing('price.amount'),
    options: optionsAmount(raw.price?.options ?? []),
    taxes: sumOf(raw.price?.taxes ?? []),
    commission: raw.commission?.amount_including_taxes ?? missing('commission.amount_including_taxes'),
    refunds: raw.refunds,
  }));

/** Orders created at or after a date, these orders, or all orders of these commercial orders. */
export type ServiceOrderFilter =
  | { readonly createdSince: string }
  | { readonly orderIds: readonly string[] }
  | { readonly commercialIds: readonly string[] };

/** Service orders; by ids, in portions of 100 (SOR11). Their order is not known. */
export function listServiceOrders(mirakl: MiraklClient, filter: ServiceOrderFilter): AsyncIterable<Page<ServiceOrder>> {
  return inOneListing(
    queriesFor(filter).map((query) =>
      seekPages(mirakl, { operation: 'SOR11', path: '/api/mms/orders', query, itemsField: 'data', item: order }),
    ),
  );
}

function queriesFor(filter: ServiceOrderFilter): URLSearchParams[] {
  if ('createdSince' in filter) {
    return [new URLSearchParams({ date_created_start: filterDate(filter.createdSince) })];
  }
  const [name, ids] =
    'orderIds' in filter ? ['order_id', filter.orderIds] : ['commercial_order_id', filter.commercialIds];
  return idChunks(ids).map((chunk) => new URLSearchParams(chunk.map((id): [string, string] => [name, id])));
}

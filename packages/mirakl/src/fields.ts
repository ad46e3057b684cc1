import { type Currency, currencyOf, type Decimal, decimalOf } from '@connector/kernel';
import { z } from 'zod';

/** Something of Mirakl's that we do not know and that decides about money: the object is held, with this as its reason. */
export type UnknownValue = { readonly unknown: string; readonly field: string };

/** An exact amount in major units. */
export const decimal = z.string().transform((text, context): Decimal => {
  const value = decimalOf(text);
  if (value) return value;
  context.addIssue('no decimal number');
  return z.NEVER;
});

/** An id or a count. Numbers arrive as their text (see `parseExactJson`); some ids are written as texts by Mirakl itself. */
export const integer = z
  .string()
  .regex(/^\d{1,15}$/, 'no whole number')
  .transform(Number);

/** A text that may be missing, null or empty; all of it is undefined. */
export const optionalText = z
  .string()
  .nullish()
  .transform((text) => (text === null || text === '' ? undefined : text));

/** A flag that may be missing, which means no. */
export const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);

/** A list that may be missing or null. */
export function list<Item extends z.ZodType>(item: Item) {
  return z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);
}

/** One of these words. Any other is an `UnknownValue` of the field, because Mirakl may add words at any time. */
export function word<const Word extends string>(words: readonly Word[], field: string) {
  const known = new Set<string>(words);
  return z
    .string()
    .transform((text): Word | UnknownValue => (known.has(text) ? (text as Word) : { unknown: text, field }));
}

/** A currency; text that is none is an `UnknownValue`. */
export function currency(field: string) {
  return z.string().transform((text): Currency | UnknownValue => currencyOf(text) ?? { unknown: text, field });
}

/** Whether amounts contain the taxes. Without a word they do not (OR11, `order_tax_mode`). */
export const taxMode = word(['TAX_INCLUDED', 'TAX_EXCLUDED'], 'order_tax_mode')
  .nullish()
  .transform((mode): TaxMode | UnknownValue => {
    if (typeof mode === 'object' && mode !== null) return mode;
    return mode === 'TAX_INCLUDED' ? 'included' : 'excluded';
  });

export type TaxMode = 'included' | 'excluded';

/** Something that decides about money and is not there. */
export function missing(field: string): UnknownValue {
  return { unknown: '(missing)', field };
}

/** When the buyer pays for a product order; undefined if Mirakl does not say (OR11, `payment_workflow`). */
export const paymentWorkflow = word(
  ['PAY_ON_ACCEPTANCE', 'PAY_ON_DELIVERY', 'PAY_ON_DUE_DATE', 'PAY_ON_SHIPMENT', 'NO_CUSTOMER_PAYMENT_CONFIRMATION'],
  'payment_workflow',
)
  .nullish()
  .transform((workflow) => workflow ?? undefined);

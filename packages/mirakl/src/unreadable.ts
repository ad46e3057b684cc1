import { z } from 'zod';
import { integer } from './fields.ts';

/** One object of an unexpected shape: what could be read of it, and the field that could not. Never stops its page. */
export type Unreadable = {
  readonly id: string | undefined;
  /** The order that it is, or belongs to. */
  readonly orderId: string | undefined;
  readonly field: string;
  readonly value: string;
  /** As Mirakl wrote it. */
  readonly createdAt: string | undefined;
  readonly shopId: number | undefined;
  /** The commercial order that an order belongs to. */
  readonly commercialId: string | undefined;
};

const text = z.string().min(1).optional().catch(undefined);
const shopId = integer.optional().catch(undefined);

/** What ids, dates and shops are called in the objects that we list. */
const outline = z.object({
  id: text,
  order_id: text,
  created_date: text,
  date_created: text,
  commercial_id: text,
  order_commercial_id: text,
  commercial_order_id: text,
  shop_id: shopId,
  shop: z.object({ id: shopId }).optional().catch(undefined),
});

/**
 * What is known of an object that its schema refuses, with the first field that is wrong. `idField`: what names such an
 * object; `order_id` or `id` unless given, and of a shop `shop_id`.
 */
export function describeUnreadable(object: unknown, error: z.ZodError, idField?: string): Unreadable {
  const known = outline.safeParse(object).data;
  const shop = known?.shop_id ?? known?.shop?.id;
  const named = idField === undefined ? undefined : z.object({ [idField]: text }).safeParse(object).data?.[idField];
  const { path, value } = wrongValue(object, error);
  return {
    id: named ?? known?.order_id ?? known?.id ?? (idField === undefined ? shop?.toString() : undefined),
    orderId: known?.order_id,
    field: path || 'the whole object',
    value,
    createdAt: known?.created_date ?? known?.date_created,
    shopId: shop,
    commercialId: known?.commercial_id ?? known?.order_commercial_id ?? known?.commercial_order_id,
  };
}

/** The first field that a schema refuses, empty for the object itself, and what it holds. */
export function wrongValue(object: unknown, error: z.ZodError): { readonly path: string; readonly value: string } {
  const path = error.issues[0]?.path ?? [];
  return { path: path.join('.'), value: valueAt(object, path) };
}

/** A value for a reason text: short, and never a whole object, which could hold personal data. */
function valueAt(object: unknown, path: readonly PropertyKey[]): string {
  let value = object;
  for (const step of path) value = typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined;
  if (value === undefined) return '(missing)';
  if (typeof value === 'string') return value.slice(0, 100);
  return typeof value === 'object' && value !== null ? '(an object)' : JSON.stringify(value);
}

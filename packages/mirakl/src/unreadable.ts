import { z } from 'zod';
import { integer } from './fields.ts';

/** One object of an unexpected shape: what could be read of it, and the field that could not. Never stops its page. */
export type Unreadable = {
  readonly id: string | undefined;
  readonly field: string;
  readonly value: string;
  /** As Mirakl wrote it. */
  readonly createdAt: string | undefined;
  readonly shopId: number | undefined;
};

const text = z.string().min(1).optional().catch(undefined);
const shopId = integer.optional().catch(undefined);

/** What ids, dates and shops are called in the objects that we list. */
const outline = z.object({
  id: text,
  order_id: text,
  created_date: text,
  date_created: text,
  shop_id: shopId,
  shop: z.object({ id: shopId }).optional().catch(undefined),
});

/** What is known of an object that its schema refuses, with the first field that is wrong. */
export function describeUnreadable(object: unknown, error: z.ZodError): Unreadable {
  const known = outline.safeParse(object).data;
  const path = error.issues[0]?.path ?? [];
  const shop = known?.shop_id ?? known?.shop?.id;
  return {
    id: known?.order_id ?? known?.id ?? shop?.toString(),
    field: path.join('.') || 'the whole object',
    value: valueAt(object, path),
    createdAt: known?.created_date ?? known?.date_created,
    shopId: shop,
  };
}

/** A value for a reason text: short, and never a whole object, which could hold personal data. */
function valueAt(object: unknown, path: readonly PropertyKey[]): string {
  let value = object;
  for (const step of path) value = typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined;
  if (value === undefined) return '(missing)';
  if (typeof value === 'string') return value.slice(0, 100);
  return typeof value === 'object' && value !== null ? '(an object)' : JSON.stringify(value);
}

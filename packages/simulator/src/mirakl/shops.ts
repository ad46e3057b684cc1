import type { Request } from 'express';
import { z } from 'zod';
import type { Answer } from '../http/answer.ts';
import { bodyOf } from './body.ts';
import { emitShop } from './emit.ts';
import { momentOf, toSecond, valuesOf } from './filters.ts';
import { offsetPage } from './paging.ts';
import type { MiraklState } from './state.ts';

/** S20: shops by their last change or by ids. Without `domains` only those that sell goods. */
export function listShops(state: MiraklState, request: Request): Answer {
  const since = momentOf(request.query, 'updated_since');
  const ids = valuesOf(request.query, 'shop_ids', ',');
  const domains = valuesOf(request.query, 'domains', ',') ?? new Set(['PRODUCT']);
  const found = [...state.shops.values()].filter(
    (shop) =>
      (since === undefined || toSecond(shop.updatedAt) >= since) &&
      (ids === undefined || ids.has(String(shop.id))) &&
      shop.domains.some((domain) => domains.has(domain)),
  );
  return offsetPage(request, 'shops', found, emitShop);
}

/** AF01: the additional fields of the platform, all of which are of shops. */
export function listAdditionalFields({ shopFields }: MiraklState, { query }: Request): Answer {
  const isAsked = valuesOf(query, 'entities', ',')?.has('SHOP') ?? true;
  const additional_fields = (isAsked ? [...shopFields.values()] : []).map(({ code, type, shopPermission }) => ({
    ...{ code, type, label: code, entity: 'SHOP', required: false, shop_permission: shopPermission },
  }));
  return { status: 200, body: { additional_fields, total_count: additional_fields.length } };
}

const update = z.object({
  shop_id: z.int(),
  shop_additional_fields: z.array(z.object({ code: z.string(), value: z.string() })).default([]),
  kyc: z.object({ status: z.string(), reason: z.string().nullish() }).optional(),
});

const kycStatuses = new Set(['APPROVED', 'REFUSED', 'PENDING_APPROVAL', 'PENDING_SUBMISSION']);

/** S07: changes several shops. What is wrong with one is said in its place; the others are changed. */
export function updateShops(state: MiraklState, request: Request): Answer {
  const { shops } = bodyOf(z.object({ shops: z.array(update).min(1).max(100) }), request);
  return { status: 200, body: { shop_returns: shops.map((each) => updateShop(state, each)) } };
}

/** In the shape that Mirakl's own client library reads. */
function updateShop(state: MiraklState, input: z.output<typeof update>) {
  const { shop_id, shop_additional_fields: fields, kyc } = input;
  const shop = state.shops.get(shop_id);
  const wrong = (field: string, message: string) => ({ shop_error: { errors: [{ field, message }], input } });
  if (!shop) return wrong('shop_id', 'Shop does not exist');
  const refused = state.refusedShops.get(shop_id);
  if (refused !== undefined) return wrong('shop_additional_fields', refused);
  for (const { code, value } of fields) {
    const type = state.shopFields.get(code)?.type;
    if (type === undefined) return wrong('shop_additional_fields', `No additional field ${code}`);
    if (!isOfType(type, value)) return wrong('shop_additional_fields', `The value of ${code} is no ${type}`);
  }
  if (kyc && !kycStatuses.has(kyc.status)) return wrong('kyc.status', `Unknown status ${kyc.status}`);
  for (const { code, value } of fields) shop.additionalFields[code] = value;
  if (kyc) shop.kyc = { status: kyc.status, reason: kyc.reason ?? null };
  shop.updatedAt = state.clock();
  return { shop_updated: emitShop(shop) };
}

/** An empty value takes the field away, whatever its type. */
function isOfType(type: string, value: string): boolean {
  if (value === '') return true;
  if (type === 'BOOLEAN') return value === 'true' || value === 'false';
  return type !== 'LINK' || URL.canParse(value);
}

import { z } from 'zod';
import { idChunks, inOneListing } from './chunks.ts';
import { flag, integer, list, optionalText } from './fields.ts';
import type { MiraklClient } from './mirakl-client.ts';
import { filterDate } from './mirakl-date.ts';
import { offsetPages, type Page } from './page.ts';

/** A seller. */
export type Shop = z.output<typeof shop>;

const additionalField = z.object({
  code: z.string(),
  value: z.unknown().optional().transform(valueText),
});

/** The value of an additional field: text, whatever its type; should one come in another form, then as its JSON. */
function valueText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const shop = z
  .looseObject({
    shop_id: integer,
    shop_name: optionalText,
    last_updated_date: z.string(),
    is_professional: flag,
    shop_state: optionalText,
    domains: list(z.string()),
    model: optionalText,
    currency_iso_code: optionalText,
    shop_additional_fields: list(additionalField),
    contact_informations: z.looseObject({ email: optionalText, phone: optionalText, web_site: optionalText }).nullish(),
  })
  .transform((raw) => ({
    id: raw.shop_id,
    name: raw.shop_name,
    /** As Mirakl wrote it. */
    updatedAt: raw.last_updated_date,
    isProfessional: raw.is_professional,
    state: raw.shop_state,
    domains: raw.domains,
    model: raw.model,
    currency: raw.currency_iso_code,
    /** Value by code; empty for a field without a value. */
    additionalFields: new Map(raw.shop_additional_fields.map(({ code, value }) => [code, value])) as ReadonlyMap<
      string,
      string
    >,
    contact: {
      email: raw.contact_informations?.email,
      phone: raw.contact_informations?.phone,
      webSite: raw.contact_informations?.web_site,
    },
    /** What Mirakl says in any of its own fields, by its path: `pro_details.VAT_number`; undefined if that is no single value. */
    valueAt: (path: string) => valueAt(raw, path),
  }));

function valueAt(shop: unknown, path: string): string | undefined {
  let value = shop;
  for (const step of path.split('.')) {
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, step) ? Reflect.get(value, step) : undefined;
  }
  if (typeof value === 'string' && value !== '') return value;
  return typeof value === 'boolean' || typeof value === 'number' ? String(value) : undefined;
}

/** Shops of both domains that changed at or after that date, or these shops (S20). */
export function listShops(
  mirakl: MiraklClient,
  filter: { readonly updatedSince: string } | { readonly shopIds: readonly number[] },
): AsyncIterable<Page<Shop>> {
  const pages = (query: Record<string, string>) =>
    offsetPages(mirakl, {
      operation: 'S20',
      path: '/api/shops',
      query: new URLSearchParams({ domains: 'PRODUCT,SERVICE', ...query }),
      itemsField: 'shops',
      item: shop,
    });
  if ('updatedSince' in filter) return pages({ updated_since: filterDate(filter.updatedSince) });
  return inOneListing(idChunks(filter.shopIds).map((ids) => pages({ shop_ids: ids.join(',') })));
}

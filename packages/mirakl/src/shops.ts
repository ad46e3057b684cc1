import { z } from 'zod';
import { idChunks, inOneListing } from './chunks.ts';
import { flag, integer, list, optionalText } from './fields.ts';
import type { MiraklClient } from './mirakl-client.ts';
import { filterDate } from './mirakl-date.ts';
import { MiraklError } from './mirakl-error.ts';
import { offsetPages, type Page } from './page.ts';

/** A seller. */
export type Shop = z.output<typeof shop>;

const additionalField = z.object({
  code: z.string(),
  value: z.unknown().transform((value) => (value === null || value === undefined ? '' : String(value))),
});

const shop = z
  .object({
    shop_id: integer,
    shop_name: optionalText,
    last_updated_date: z.string(),
    is_professional: flag,
    shop_additional_fields: list(additionalField),
    contact_informations: z.object({ email: optionalText, phone: optionalText, web_site: optionalText }).nullish(),
  })
  .transform((raw) => ({
    id: raw.shop_id,
    name: raw.shop_name,
    /** As Mirakl wrote it. */
    updatedAt: raw.last_updated_date,
    isProfessional: raw.is_professional,
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
  }));

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

/** What is to be written for one shop; what is missing stays as it is. */
export type ShopUpdate = {
  readonly shopId: number;
  /** Value by code of the additional field. */
  readonly additionalFields?: Readonly<Record<string, string>>;
};

/** How an update of one shop ended. */
export type ShopUpdateResult =
  | { readonly shopId: number; readonly outcome: 'updated' }
  | { readonly shopId: number; readonly outcome: 'refused'; readonly reason: string };

const updateError = z.object({ field: optionalText, message: optionalText });
const updateAnswer = z.object({
  shop_returns: z.array(
    z.object({
      shop_id: integer.optional(),
      shop: z.object({ shop_id: integer }).optional(),
      errors: list(updateError),
    }),
  ),
});

/**
 * Writes values of several shops (S07), 100 a call. Mirakl answers for each shop by itself: one that is refused does not
 * stop the others. A shop without an answer counts as refused.
 */
export async function updateShops(mirakl: MiraklClient, updates: readonly ShopUpdate[]): Promise<ShopUpdateResult[]> {
  const results: ShopUpdateResult[] = [];
  for (const chunk of idChunks(updates)) {
    const { body } = await mirakl.send({
      operation: 'S07',
      method: 'PUT',
      url: '/api/shops',
      body: { shops: chunk.map(updateBody) },
    });
    const answer = updateAnswer.safeParse(body);
    if (!answer.success) throw unexpected(answer.error);
    const reasons = new Map(
      answer.data.shop_returns.map((each) => [each.shop_id ?? each.shop?.shop_id, reasonOf(each)]),
    );
    for (const { shopId } of chunk) results.push(resultOf(shopId, reasons));
  }
  return results;
}

function updateBody({ shopId, additionalFields = {} }: ShopUpdate) {
  const fields = Object.entries(additionalFields).map(([code, value]) => ({ code, value }));
  return { shop_id: shopId, ...(fields.length > 0 ? { shop_additional_fields: fields } : {}) };
}

function reasonOf({ errors }: { errors: z.output<typeof updateError>[] }): string | undefined {
  if (errors.length === 0) return undefined;
  return errors
    .map(({ field, message }) => [field, message].filter((part) => part !== undefined).join(': '))
    .join('; ');
}

function resultOf(shopId: number, reasons: ReadonlyMap<number | undefined, string | undefined>): ShopUpdateResult {
  if (!reasons.has(shopId)) return { shopId, outcome: 'refused', reason: 'Mirakl did not answer for this shop' };
  const reason = reasons.get(shopId);
  return reason === undefined ? { shopId, outcome: 'updated' } : { shopId, outcome: 'refused', reason };
}

function unexpected(error: z.ZodError): MiraklError {
  return new MiraklError(`Mirakl answered S07 with an unexpected ${error.issues[0]?.path.join('.') ?? 'shape'}`, {
    code: 'mirakl_unexpected_answer',
    operation: 'S07',
    retryable: false,
  });
}

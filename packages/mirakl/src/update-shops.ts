import { z } from 'zod';
import { idChunks } from './chunks.ts';
import { integer, list, optionalText } from './fields.ts';
import type { MiraklClient } from './mirakl-client.ts';
import { unexpectedAnswer } from './mirakl-error.ts';

/** What is to be written for one shop; what is missing stays as it is. */
export type ShopUpdate = {
  readonly shopId: number;
  /** Value by code of the additional field. */
  readonly additionalFields?: Readonly<Record<string, string>>;
  /** How far the seller is with proving who he is. */
  readonly kyc?: { readonly status: KycStatus; readonly reason?: string | undefined };
};

/** Mirakl's words for how far that is. */
export type KycStatus = 'APPROVED' | 'REFUSED' | 'PENDING_APPROVAL' | 'PENDING_SUBMISSION';

/** How an update of one shop ended. */
export type ShopUpdateResult =
  | { readonly shopId: number; readonly outcome: 'updated' }
  | { readonly shopId: number; readonly outcome: 'refused'; readonly reason: string };

const named = z.object({ shop_id: integer }).nullish();
const errors = list(z.object({ field: optionalText, message: optionalText }));

/**
 * What S07 says of one shop. Mirakl's own client library reads `shop_updated` or `shop_error` with what was sent as `input`;
 * the answer is not published, so the same facts are taken without these wrappers as well.
 */
const shopReturn = z
  .object({
    shop_updated: named,
    shop_error: z.object({ shop_id: integer.nullish(), input: named, errors }).nullish(),
    shop: named,
    shop_id: integer.nullish(),
    errors,
  })
  .transform((raw) => ({
    shopId:
      raw.shop_updated?.shop_id ??
      raw.shop_error?.input?.shop_id ??
      raw.shop_error?.shop_id ??
      raw.shop?.shop_id ??
      raw.shop_id,
    refused: Boolean(raw.shop_error) || raw.errors.length > 0,
    reason: [...(raw.shop_error?.errors ?? []), ...raw.errors]
      .map(({ field, message }) => [field, message].filter((part) => part !== undefined).join(': '))
      .join('; '),
  }));

const updateAnswer = z.object({ shop_returns: z.array(shopReturn) });

/**
 * Writes values of several shops (S07), 100 a call. Mirakl answers for each shop by itself: one that is refused does not
 * stop the others. A shop without an answer counts as refused: writing the same again does no harm.
 */
export async function updateShops(mirakl: MiraklClient, updates: readonly ShopUpdate[]): Promise<ShopUpdateResult[]> {
  const results: ShopUpdateResult[] = [];
  for (const chunk of idChunks(updates)) {
    const body = { shops: chunk.map(updateBody) };
    const answer = await mirakl.send({ operation: 'S07', method: 'PUT', path: '/api/shops', body });
    const { data, error } = updateAnswer.safeParse(answer.body);
    if (!data) throw unexpectedAnswer('S07', error.issues[0]?.path.join('.') || 'no object');
    const returns = new Map(data.shop_returns.map((each) => [each.shopId, each]));
    for (const { shopId } of chunk) results.push(resultOf(shopId, returns.get(shopId)));
  }
  return results;
}

function updateBody({ shopId, additionalFields = {}, kyc }: ShopUpdate) {
  const fields = Object.entries(additionalFields).map(([code, value]) => ({ code, value }));
  return {
    shop_id: shopId,
    ...(fields.length > 0 ? { shop_additional_fields: fields } : {}),
    ...(kyc === undefined ? {} : { kyc }),
  };
}

function resultOf(shopId: number, found: z.output<typeof shopReturn> | undefined): ShopUpdateResult {
  if (!found) return { shopId, outcome: 'refused', reason: 'Mirakl did not answer for this shop' };
  if (!found.refused) return { shopId, outcome: 'updated' };
  return { shopId, outcome: 'refused', reason: found.reason || 'Mirakl gave no reason' };
}

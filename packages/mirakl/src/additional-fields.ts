import { z } from 'zod';
import { list, optionalText } from './fields.ts';
import type { MiraklClient } from './mirakl-client.ts';
import { unexpectedAnswer } from './mirakl-error.ts';

/** An additional field that the platform defines for shops. `shopPermission` says what the seller may do with it. */
export type ShopAdditionalField = {
  readonly code: string;
  readonly type: string;
  readonly shopPermission: string | undefined;
};

const field = z.object({ code: z.string(), type: z.string(), entity: optionalText, shop_permission: optionalText });
const answer = z.object({ additional_fields: list(field) });

/**
 * The additional fields of shops (AF01), for a person who asks. Takes the one turn a day that Mirakl's call frequency allows;
 * throws `mirakl_too_soon` if it is not there yet.
 */
export async function listShopAdditionalFields(mirakl: MiraklClient): Promise<ShopAdditionalField[]> {
  await mirakl.awaitTurn('AF01');
  const { body } = await mirakl.send({
    operation: 'AF01',
    method: 'GET',
    path: '/api/additional_fields?entities=SHOP',
  });
  const { data, error } = answer.safeParse(body);
  if (!data) throw unexpectedAnswer('AF01', error.issues[0]?.path.join('.') || 'no object');
  return data.additional_fields
    .filter(({ entity }) => entity === undefined || entity === 'SHOP')
    .map(({ code, type, shop_permission }) => ({ code, type, shopPermission: shop_permission }));
}

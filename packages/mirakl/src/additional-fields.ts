import { z } from 'zod';
import { list, optionalText } from './fields.ts';
import type { MiraklClient } from './mirakl-client.ts';
import { MiraklError } from './mirakl-error.ts';

/** An additional field that the platform defines for shops. `shopPermission` says what the seller may do with it. */
export type ShopAdditionalField = z.output<typeof field>;

const field = z
  .object({ code: z.string(), type: z.string(), shop_permission: optionalText })
  .transform((raw) => ({ code: raw.code, type: raw.type, shopPermission: raw.shop_permission }));

/** The additional fields of shops (AF01). The contract allows a call a day; this is for a person who asks. */
export async function listShopAdditionalFields(mirakl: MiraklClient): Promise<ShopAdditionalField[]> {
  const { body } = await mirakl.send({ operation: 'AF01', method: 'GET', url: '/api/additional_fields?entities=SHOP' });
  const answer = z.object({ additional_fields: list(field) }).safeParse(body);
  if (answer.success) return answer.data.additional_fields;
  throw new MiraklError(
    `Mirakl answered AF01 with an unexpected ${answer.error.issues[0]?.path.join('.') ?? 'shape'}`,
    {
      code: 'mirakl_unexpected_answer',
      operation: 'AF01',
      retryable: false,
    },
  );
}

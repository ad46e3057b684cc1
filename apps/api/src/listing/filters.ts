import { z } from 'zod';

const mostInOneList = 100;

/** A whole number, which a query writes in digits. */
function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z.preprocess(
    (text) => (typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : text),
    z.int(message).min(min, message).max(max, message),
  );
}

/** One or more alternatives. */
function oneOf<Item extends z.ZodType>(item: Item, description: string) {
  const list = z.array(item).max(mostInOneList, `must be ${mostInOneList} values at most`);
  return z
    .preprocess((value) => [value].flat(), list)
    .optional()
    .meta({ description: `${description} Several, each with the name before it, are alternatives.` });
}

function moment(description: string) {
  const error = 'must be an ISO 8601 date such as 2026-11-02 or 2026-11-02T09:00:00Z (in a URL, + is written %2B)';
  return z
    .union([z.iso.datetime({ offset: true }), z.iso.date()], { error })
    .transform((text) => new Date(text))
    .refine((date) => date.getUTCFullYear() >= 1970 && date.getUTCFullYear() <= 9999, error)
    .optional()
    .meta({ description, override: asText });
}

/** How the document shows a moment: of two formats of one text it would say less than an example does. */
function asText({ jsonSchema }: { jsonSchema: Record<string, unknown> }): void {
  delete jsonSchema.anyOf;
  Object.assign(jsonSchema, { type: 'string', examples: ['2026-11-02T09:00:00Z'] });
}

/** Which part of a listing. */
export const paging = {
  page: wholeNumber(1, 1_000_000)
    .default(1)
    .meta({ description: 'Pages begin with 1.', override: { default: 1 } }),
  itemsPerPage: wholeNumber(1, 100)
    .default(30)
    .meta({ description: 'Records a page.', override: { default: 30 } }),
};

export type Paging = { readonly page: number; readonly itemsPerPage: number };

/** Filters that every listing has. */
export const everywhere = {
  miraklShopId: oneOf(wholeNumber(0, 2_147_483_647), 'Ids of shops on Mirakl.'),
  createdAfter: moment('Created at that moment or later. A date alone begins at midnight UTC.'),
  createdBefore: moment('Created before that moment.'),
};

/** Ids as Mirakl writes them. */
export function ids(description: string) {
  return oneOf(z.string().min(1, 'must not be empty').max(255, 'must be 255 characters at most'), description);
}

/** Words out of a list. */
export function words<const Words extends readonly [string, ...string[]]>(known: Words, description: string) {
  return oneOf(z.enum(known, `must be one of ${known.join(', ')}`), description);
}

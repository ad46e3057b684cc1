import { z } from 'zod';
import type { ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from 'zod-openapi';

const message = z
  .object({ message: z.string() })
  .meta({ id: 'Message', description: 'What is wrong, in words for people.' });

/** An answer that says what is wrong. */
export function messageAnswer(description: string): ZodOpenApiResponseObject {
  return { description, content: { 'application/json': { schema: message } } };
}

/** An answer of plain text, such as one of these. */
export function textAnswer(description: string, ...examples: readonly string[]): ZodOpenApiResponseObject {
  return { description, content: { 'text/plain': { schema: z.string().meta({ examples: [...examples] }) } } };
}

/** How every operation with a token may be answered, whatever it is about. */
export const anyAnswer: ZodOpenApiResponsesObject = {
  401: messageAnswer('There is no token.'),
  403: messageAnswer('The token is wrong.'),
  429: {
    ...messageAnswer('Too many wrong tokens came from this address.'),
    headers: z.object({ 'Retry-After': z.string().meta({ description: 'Seconds.' }) }),
  },
  500: messageAnswer('A fault of ours. The log has more, under the `x-request-id` of the answer.'),
  503: messageAnswer('The ledger cannot be asked now.'),
};

/** Times as all records have them, in ISO 8601 and UTC. */
export function time(description: string) {
  return z.iso.datetime().meta({ description });
}

/** A sum in minor units, exact also beyond what a floating-point number can hold. */
export function minorUnits() {
  return z
    .bigint()
    .meta({ description: 'Minor units of the currency.', override: { type: 'integer', format: 'int64' } });
}

/** The path of a mapping. */
export const mappingPath = z
  .string()
  .regex(/^\/api\/mappings\/\d+$/)
  .nullable()
  .meta({ description: 'Path of the mapping: `/api/mappings/1`.' });

/** Where to read the mapping of this id. */
export function pathOfMapping(id: number | null): string | null {
  return id === null ? null : `/api/mappings/${id}`;
}

import { z } from 'zod';
import type { UnknownValue } from './fields.ts';
import { wrongValue } from './unreadable.ts';

/**
 * What the schema reads, or an `UnknownValue` that names what was wrong in the field. For parts that only some readers of an
 * object need: the others can still work with it.
 */
export function orUnknown<Schema extends z.ZodType>(schema: Schema, field: string) {
  return z
    .unknown()
    .optional()
    .transform((value): z.output<Schema> | UnknownValue => {
      const { data, error } = schema.safeParse(value);
      if (!error) return data as z.output<Schema>;
      const wrong = wrongValue(value, error);
      return { unknown: wrong.value, field: [field, wrong.path].filter(Boolean).join('.') };
    });
}

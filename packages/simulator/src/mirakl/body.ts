import type { Request } from 'express';
import type { z } from 'zod';
import { BadRequest } from './refusal.ts';

/** The body of a request, read by its schema. What does not fit is refused by the name of its first wrong field. */
export function bodyOf<Schema extends z.ZodType>(schema: Schema, { body }: Request): z.output<Schema> {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  const { path = [], message } = read.error.issues[0] ?? {};
  throw new BadRequest(`invalid body: ${[path.join('.'), message].filter(Boolean).join(': ')}`);
}

import { z } from 'zod';
import { invalidParameter, type Refusal } from './refusal.ts';

/** The parameters of an endpoint. */
export type ParameterSchema = z.ZodType<{ readonly expand?: string[] | undefined }>;

const emptyMessage =
  'You passed an empty string. We assume empty values are an attempt to unset a parameter; however this parameter ' +
  'cannot be unset. You should remove it from your request or supply a non-empty value.';

/** What every endpoint takes. */
export const anyEndpoint = { expand: z.array(z.string()).optional() };

/** A text that is not empty. */
export const text = z.string().superRefine((value, context) => {
  if (value === '') refuse(context, 'parameter_invalid_empty', emptyMessage);
  if (value.length > 5000) refuse(context, undefined, 'Invalid string: must be at most 5000 characters');
});

/** An integer, written in digits. */
export const integer = z.string().transform((value, context) => {
  if (/^-?\d{1,15}$/.test(value)) return Number(value);
  refuse(context, 'parameter_invalid_integer', `Invalid integer: ${value}`);
  return z.NEVER;
});

/** `true` or `false`. */
export const boolean = z.string().transform((value, context) => {
  if (value === 'true' || value === 'false') return value === 'true';
  refuse(context, undefined, `Invalid boolean: ${value}`);
  return z.NEVER;
});

/** One of these words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, { error: ({ input }) => `Invalid value: ${String(input)}, must be one of ${words.join(', ')}` });
}

/** At most 50 keys of 40 characters with values of 500 (docs.stripe.com/api/metadata); an empty value unsets its key. */
export const metadata = z.record(z.string(), z.string()).transform((entries, context) => {
  const kept = Object.entries(entries).filter(([, value]) => value !== '');
  if (kept.length > 50) refuse(context, undefined, 'Metadata can have up to 50 keys');
  for (const [key, value] of kept) {
    if (key.length > 40) refuse(context, undefined, `Metadata keys can have up to 40 characters: ${key}`);
    if (value.length > 500) refuse(context, undefined, `Metadata values can have up to 500 characters: ${key}`);
  }
  return Object.fromEntries(kept);
});

/** Adds a refusal with one of Stripe's error codes to what is wrong with a parameter. */
export function refuse(context: z.RefinementCtx, code: string | undefined, message: string): void {
  context.addIssue({ code: 'custom', message, params: { code } });
}

/** The parsed parameters. Throws the refusal of the first that is wrong. */
export function parseParameters<Schema extends ParameterSchema>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input ?? {});
  if (parsed.success) return parsed.data;
  throw refusalOf(parsed.error.issues, input);
}

function refusalOf(issues: readonly z.core.$ZodIssue[], input: unknown): Refusal {
  const unknown = issues.find((issue) => issue.code === 'unrecognized_keys');
  if (unknown !== undefined) {
    const names = unknown.keys.map((key) => bracketed([...unknown.path, key]));
    const message = `Received unknown parameter${names.length > 1 ? 's' : ''}: ${names.join(', ')}`;
    return invalidParameter(names[0] ?? '', message, 'parameter_unknown');
  }
  const [issue] = issues;
  const path = issue?.path ?? [];
  const name = bracketed(path);
  if (valueAt(input, path) === undefined) {
    return invalidParameter(name, `Missing required param: ${name}.`, 'parameter_missing');
  }
  const code: unknown = issue?.code === 'custom' ? issue.params?.code : undefined;
  const message = issue?.code === 'invalid_type' ? `Invalid ${issue.expected}` : issue?.message;
  return invalidParameter(name, message ?? 'Invalid request', typeof code === 'string' ? code : undefined);
}

/** Stripe's way to write a path: `settings[payouts][schedule]`. */
function bracketed([first = '', ...rest]: readonly PropertyKey[]): string {
  return [String(first), ...rest.map((part) => `[${String(part)}]`)].join('');
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const part of path) value = Object(value)[part];
  return value;
}

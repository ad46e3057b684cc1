import type { z } from 'zod';
import type { ConfigProblem } from './config-error.ts';

/** Reads variables one by one and collects what is wrong with them. */
export type Environment = {
  /** The value by this schema. Without a value: `fallback`, or a problem if there is none. */
  required<T>(variable: string, schema: z.ZodType<T, string>): T;
  optional<T>(variable: string, schema: z.ZodType<T, string>): T | undefined;
  withDefault<T>(variable: string, schema: z.ZodType<T, string>, fallback: T): T;
  /** Notes a problem that lies in several variables together. */
  report(variable: string, problem: string): void;
  warn(text: string): void;
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly string[];
};

/** Older name of a variable → the present one. */
const olderNames: Readonly<Record<string, readonly string[]>> = {
  ENABLE_PRODUCT_PAYMENT_SPLIT: ['ENABLES_AUTOMATIC_TRANSFER_CREATION'],
  ENABLE_PRODUCT_PAYMENT_REFUND: ['ENABLES_AUTOMATIC_REFUND_CREATION'],
  PAYMENT_METADATA_COMMERCIAL_ORDER_ID: ['MIRAKL_METADATA_ORDER_ID'],
  STRIPE_SELLERS_WEBHOOK_SECRET: ['STRIPE_WEBHOOK_SECRET'],
  STRIPE_OPERATOR_WEBHOOK_SECRET: ['STRIPE_WEBHOOK_SECRET'],
};

const unused = ['APP_ENV', 'APP_SECRET', 'MESSENGER_TRANSPORT_DSN'];

/** What a value that did not parse is replaced by, so that the rest can be read and all problems be told at once. */
const placeholder = undefined as never;

/** The environment of a process, with older names, and with the empty text as not set. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Environment {
  const problems: ConfigProblem[] = [];
  const warnings = unused.filter((name) => env[name]).map((name) => `${name} is accepted and has no effect`);

  function find(variable: string): string | undefined {
    const value = env[variable]?.trim();
    if (value) return value;
    for (const older of olderNames[variable] ?? []) {
      const olderValue = env[older]?.trim();
      if (!olderValue) continue;
      warnings.push(`${older} is the older name of ${variable}`);
      return olderValue;
    }
    return undefined;
  }

  function parse<T>(variable: string, schema: z.ZodType<T, string>, text: string): T {
    const parsed = schema.safeParse(text);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) problems.push({ variable, problem: issue.message });
    return placeholder;
  }

  return {
    required(variable, schema) {
      const text = find(variable);
      if (text !== undefined) return parse(variable, schema, text);
      problems.push({ variable, problem: 'is not set and has no default' });
      return placeholder;
    },
    optional(variable, schema) {
      const text = find(variable);
      return text === undefined ? undefined : parse(variable, schema, text);
    },
    withDefault(variable, schema, fallback) {
      const text = find(variable);
      return text === undefined ? fallback : parse(variable, schema, text);
    },
    report: (variable, problem) => void problems.push({ variable, problem }),
    warn: (text) => void warnings.push(text),
    problems,
    warnings,
  };
}

import { isIP } from 'node:net';
import { CronExpressionParser } from 'cron-parser';
import { z } from 'zod';

/** Messages here name what is expected and never the value: it may be a secret. */

/** `true`, `1`, `yes` and their opposites, in any case of letters. */
export const boolean = z
  .string()
  .toLowerCase()
  .transform((text, context): boolean => {
    if (['true', '1', 'yes', 'on'].includes(text)) return true;
    if (['false', '0', 'no', 'off'].includes(text)) return false;
    context.addIssue('must be true or false');
    return z.NEVER;
  });

/** A whole number in a range. */
export function integer(min: number, max: number) {
  return z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((number) => number >= min && number <= max, `must be a whole number from ${min} to ${max}`);
}

export const text = z.string();

const samples = /^(to_be_generated|change_?me|changeit|password|secret|test|example|xxx+|your[-_].*|<.*>)$/i;

/** A secret of at least so many characters that is not one of those that stand in examples. */
export function secret(minLength: number) {
  return z
    .string()
    .refine((value) => !samples.test(value), 'is a sample value: generate a secret of your own')
    .refine((value) => value.length >= minLength, `must have at least ${minLength} characters`);
}

/** Words between commas. */
export const words = z.string().transform((value) =>
  value
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== ''),
);

const namedNetworks = new Set(['loopback', 'linklocal', 'uniquelocal']);
/** How the old connector's framework writes networks. */
const olderNetworks: Readonly<Record<string, readonly string[]>> = {
  PRIVATE_SUBNETS: ['loopback', 'linklocal', 'uniquelocal'],
  private_ranges: ['loopback', 'linklocal', 'uniquelocal'],
};

/**
 * Proxies whose word is believed, as express wants them: addresses and networks (`10.0.0.0/8`, `loopback`, `uniquelocal`), or 1
 * for whoever connects to us, which the old connector writes as `REMOTE_ADDR`.
 */
export const proxies = words.transform((names, context): readonly string[] | 1 => {
  if (names.includes('REMOTE_ADDR')) return 1;
  const known = names.flatMap((name) => olderNetworks[name] ?? [name]);
  if (known.every((name) => namedNetworks.has(name) || isNetwork(name))) return known;
  context.addIssue('must be addresses or networks between commas, such as 10.0.0.0/8, or REMOTE_ADDR');
  return z.NEVER;
});

function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const bits = { 4: 32, 6: 128 }[isIP(address)];
  if (bits === undefined || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
}

const loopback = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/;

/** `https://…` without a slash at the end; `http://` only on this machine, for the simulators. */
export const httpsUrl = z.string().transform((value, context): string => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback.test(url.hostname))) {
    return value.replace(/\/+$/, '');
  }
  context.addIssue('must be a URL that begins with https://');
  return z.NEVER;
});

export const emailAddress = z.email('must be an e-mail address');

const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Every so often (`30s`, `5m`, `1h`, `1d`), or a cron pattern (`0 3 * * *`). */
export type ScheduleText = { readonly everyMs: number } | { readonly cron: string };

export const schedule = z.string().transform((value, context): ScheduleText => {
  const [, count, unit] = /^([1-9]\d{0,4})([smhd])$/.exec(value) ?? [];
  if (count !== undefined && unit !== undefined) return { everyMs: Number(count) * units[unit as keyof typeof units] };
  try {
    if (value.trim().split(/\s+/).length >= 5) {
      CronExpressionParser.parse(value);
      return { cron: value };
    }
  } catch {
    // Told below.
  }
  context.addIssue('must be an interval such as 30s, 5m or 1h, or a cron pattern such as 0 3 * * *');
  return z.NEVER;
});

/** A name of the time zone database, such as `Europe/Paris`. */
export const timeZone = z.string().refine((value) => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: value }));
  } catch {
    return false;
  }
}, 'must be a time zone such as UTC or Europe/Paris');

/** `NAME=text` between commas, for example `vat=pro_details.VAT_number`. */
export const textsByName = z.string().transform((value, context): Readonly<Record<string, string>> => {
  const pairs = value.split(',').map((part) => /^\s*(\S.*?)\s*=\s*(\S.*?)\s*$/.exec(part));
  if (pairs.every((pair) => pair !== null)) return Object.fromEntries(pairs.map(([, name, text]) => [name, text]));
  context.addIssue('must be pairs such as NAME=value between commas');
  return z.NEVER;
});

/** `NAME=number` between commas, for example `POST /v1/payouts=12`. */
export const numbersByName = textsByName.transform((texts, context): Readonly<Record<string, number>> => {
  const numbers = Object.entries(texts).map(([name, text]) => [name, Number(text)] as const);
  if (numbers.every(([, number]) => Number.isInteger(number) && number >= 0)) return Object.fromEntries(numbers);
  context.addIssue('must be pairs such as NAME=10 between commas');
  return z.NEVER;
});

/** An ISO date, or `all`. */
export const startDate = z.string().transform((value, context): string => {
  if (value === 'all') return value;
  const date = new Date(value);
  if (/^\d{4}-\d\d-\d\d/.test(value) && !Number.isNaN(date.getTime())) return date.toISOString();
  context.addIssue('must be an ISO date such as 2026-11-01, or all');
  return z.NEVER;
});

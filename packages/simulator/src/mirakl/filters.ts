import type { Request } from 'express';
import { BadRequest } from './refusal.ts';

type Query = Request['query'];

/** Mirakl takes so many values in one filter. */
const mostValues = 100;

/** Refuses a query with a parameter that is not among these: Mirakl would pass it over, and our own typing error with it. */
export function onlyParameters(query: Query, names: readonly string[]): void {
  const unknown = Object.keys(query).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new BadRequest(`unknown parameter ${unknown}`);
}

/** The value of a parameter; undefined if it is not given. One that is given twice is refused. */
export function textOf(query: Query, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new BadRequest(`${name} is given more than once`);
}

type Form = ',' | 'repeated' | 'either';

/** The values of a filter, between commas or by repeating it; undefined if it is not given. More than 100 are refused. */
export function valuesOf(query: Query, name: string, form: Form): ReadonlySet<string> | undefined {
  const values = form === ',' ? textOf(query, name)?.split(',') : repeated(query, name);
  if (values === undefined) return undefined;
  const single = form === 'either' ? values.flatMap((text) => text.split(',')) : values;
  if (single.length > mostValues) throw new BadRequest(`${name}: at most ${mostValues} values`);
  return new Set(single);
}

/** The same for ids that are numbers. */
export function numbersOf(query: Query, name: string, form: Form): ReadonlySet<string> | undefined {
  const values = valuesOf(query, name, form);
  for (const value of values ?? []) {
    if (!/^\d+$/.test(value)) throw new BadRequest(`${name}: ${value} is no number`);
  }
  return values;
}

/** The values of a filter between commas, each of which must be one of these words; undefined if it is not given. */
export function wordsOf(query: Query, name: string, words: readonly string[]): ReadonlySet<string> | undefined {
  const values = valuesOf(query, name, ',');
  for (const value of values ?? []) {
    if (!words.includes(value)) throw new BadRequest(`${name}: unknown value ${value}`);
  }
  return values;
}

/** The one value of a filter, which must be one of these words; undefined if it is not given. */
export function wordOf(query: Query, name: string, words: readonly string[]): string | undefined {
  const value = textOf(query, name);
  if (value === undefined || words.includes(value)) return value;
  throw new BadRequest(`${name}: unknown value ${value}`);
}

/** The second of a date filter, in milliseconds since 1970; undefined if it is not given. What is no date is refused. */
export function momentOf(query: Query, name: string): number | undefined {
  const text = textOf(query, name);
  if (text === undefined) return undefined;
  const moment = new Date(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  if (Number.isNaN(moment.getTime())) throw new BadRequest(`${name} is invalid`);
  return toSecond(moment);
}

/** A filter that is true or false; undefined if it is not given. */
export function flagOf(query: Query, name: string): boolean | undefined {
  const text = textOf(query, name);
  if (text === undefined) return undefined;
  if (text !== 'true' && text !== 'false') throw new BadRequest(`${name} must be true or false`);
  return text === 'true';
}

/** Seconds count: Mirakl's filters are inclusive and compare what its answers show. */
export function toSecond(moment: Date): number {
  return Math.floor(moment.getTime() / 1_000) * 1_000;
}

function repeated(query: Query, name: string): string[] | undefined {
  const value = query[name];
  return value === undefined ? undefined : [value].flat().filter((each) => typeof each === 'string');
}

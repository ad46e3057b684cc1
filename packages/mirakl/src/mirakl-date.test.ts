import { expect, test } from 'vitest';
import { compareMiraklDates, filterDate, parseMiraklDate } from './mirakl-date.ts';

test.each([
  ['2026-11-01T10:11:12Z', '2026-11-01T10:11:12.000Z'],
  ['2026-11-01T10:11:12.345Z', '2026-11-01T10:11:12.345Z'],
  ['2026-11-01T10:11:12+0100', '2026-11-01T09:11:12.000Z'],
  ['2026-11-01T10:11:12.345+01:00', '2026-11-01T09:11:12.345Z'],
  ['2026-11-01T00:11:12-0530', '2026-11-01T05:41:12.000Z'],
])('%s is read', (text, expected) => {
  expect(parseMiraklDate(text)?.toISOString()).toBe(expected);
});

test.each(['', '2026-11-01', '2026-13-01T10:11:12Z', '2026-11-01T10:11:12', 'yesterday'])('"%s" is no date', (text) => {
  expect(parseMiraklDate(text)).toBeUndefined();
});

test('dates compare by their moment, however they are written', () => {
  expect(compareMiraklDates('2026-11-01T10:00:00+0100', '2026-11-01T09:00:00Z')).toBe(0);
  expect(compareMiraklDates('2026-11-01T10:00:00+0100', '2026-11-01T09:00:00.001Z')).toBeLessThan(0);
  expect(compareMiraklDates('2026-11-01T10:00:00Z', '2026-11-01T10:00:00+0100')).toBeGreaterThan(0);
  expect(compareMiraklDates('yesterday', '1970-01-01T00:00:01Z')).toBeLessThan(0);
});

test.each([
  ['2026-11-01T10:11:12Z', '2026-11-01T10:11:12Z'],
  ['2026-11-01T10:11:12.999Z', '2026-11-01T10:11:12Z'],
  ['2026-11-01T10:11:12.999+0100', '2026-11-01T09:11:12Z'],
  ['2026-11-01', '2026-11-01T00:00:00Z'],
])('a filter takes %s as %s', (text, expected) => {
  expect(filterDate(text)).toBe(expected);
});

test('a filter without a date is refused before anything is sent', () => {
  expect(() => filterDate('yesterday')).toThrow('yesterday');
});

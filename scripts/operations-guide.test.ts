import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const guide = readFileSync('docs/operations.md', 'utf8');
const sources = globSync('{apps,packages}/*/src/**/*.ts')
  .filter((file) => !file.endsWith('.test.ts'))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

const distinct = (found: Iterable<RegExpMatchArray>) => [...new Set([...found].map((match) => match[1] ?? ''))];

test('every figure that the operator is told to watch exists', () => {
  const figures = distinct(guide.matchAll(/\b(connector_[a-z_]+)/g));
  expect(figures.length).toBeGreaterThan(10);
  expect(figures.filter((name) => !sources.includes(`'${name}'`))).toEqual([]);
});

test('every log line that the operator is told to look for is written', () => {
  const lines = distinct(guide.matchAll(/\blog (`[^|]*?`)(?= \||;| with)/g)).flatMap((text) =>
    distinct(text.matchAll(/`([^`]+)`/g)),
  );
  expect(lines).toContain('queue pauses');
  expect(lines.filter((line) => !sources.includes(`'${line}'`))).toEqual([]);
});

test('every command that the operator is told to call exists', () => {
  const commands = distinct(guide.matchAll(/`connector ([a-z-]+)/g));
  expect(commands).toContain('after-restore');
  expect(commands.filter((name) => !sources.includes(`.command('${name}`))).toEqual([]);
});

import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const guide = readFileSync('docs/security.md', 'utf8');

test('everything that the guide names as evidence is there', () => {
  const named = [...guide.matchAll(/`((?:packages|apps|test|scripts|\.github)\/[\w./-]+|pnpm-workspace\.yaml)`/g)];
  const files = [...new Set(named.map(([, file = '']) => file))];
  expect(files.length).toBeGreaterThan(20);
  expect(files.filter((file) => !existsSync(file))).toEqual([]);
});

test('the tables and columns of the inventory of personal data are there', () => {
  const schema = readFileSync('packages/database/schema.txt', 'utf8');
  const columnsOf = new Map(
    schema.split(/\n\n/).map((table) => {
      const [name = '', ...lines] = table.split('\n');
      return [name, lines.map((line) => line.trim().split(' ', 1)[0])];
    }),
  );
  const inventory = guide.slice(guide.indexOf('## Personal data'));
  const cells = [...inventory.matchAll(/^\| (`[^|]*`[^|]*) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([a-z_]+)(?:\.([a-z_]+))?`/g)].map(([, table = '', column]) => ({ table, column })),
  );
  expect(cells.length).toBeGreaterThan(8);
  const unknown = cells.filter(
    ({ table, column }) => !(column === undefined ? columnsOf.has(table) : columnsOf.get(table)?.includes(column)),
  );
  expect(unknown).toEqual([]);
});

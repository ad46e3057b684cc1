import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findStrangers } from './check-lockfile.ts';

const integrity = `sha512-${'a'.repeat(86)}==`;
const lockfile = (entry: string) => `lockfileVersion: '9.0'

importers:

  .: {}

packages:

  '@scope/first@1.2.3-beta.1':
    resolution: {integrity: ${integrity}}
    engines: {node: '>=20'}

${entry}

snapshots:

  elsewhere@https://codeload.github.com/a/b/tar.gz/c: {}
`;

test('the lockfile of this repository lets nothing else in', () => {
  expect(findStrangers(readFileSync('pnpm-lock.yaml', 'utf8'))).toEqual([]);
});

test.each([
  [
    'a package with another source for its content',
    `  a@1.0.0:\n    resolution: {integrity: ${integrity}, tarball: https://evil.example.com/a.tgz}`,
  ],
  ['a package without a checksum', '  a@1.0.0:\n    engines: {node: 20}'],
  ['a package with a weak checksum', '  a@1.0.0:\n    resolution: {integrity: sha1-aaaaaaaaaaaaaaaaaaaaaaaaaaa=}'],
])('%s is found', (_, entry) => {
  expect(findStrangers(lockfile(entry))).toEqual(['a@1.0.0 has no checksum of the npm registry']);
});

test.each(['a@https://codeload.github.com/a/b/tar.gz/c', 'a@git+https://github.com/a/b.git#c', 'a@file:../a'])(
  '%s is found',
  (id) => {
    expect(findStrangers(lockfile(`  ${id}:\n    resolution: {integrity: ${integrity}}`))).toEqual([
      `${id} does not come from the npm registry`,
    ]);
  },
);

test('a lockfile of another form is not taken for a clean one', () => {
  expect(findStrangers('lockfileVersion: 10\n')).toHaveLength(1);
});

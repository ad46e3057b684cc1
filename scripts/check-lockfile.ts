// Checks that pnpm-lock.yaml lets nothing in but packages of the npm registry, each with the checksum that pnpm verifies. Prints
// every other one; exit code 1 if there are any. That the lockfile fits the manifests is the business of a frozen install.
import { readFileSync } from 'node:fs';

const heading = /^ {2}'?([^\s'].*?)'?:$/;
/** A name and an exact version: not an address, as packages from elsewhere have. */
const fromRegistry = /^(@[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+[\w.+-]*$/;
const checksum = /^ {4}resolution: \{integrity: sha512-[A-Za-z0-9+/]{86}==\}$/;

/** What a lockfile of version 9 lets in from elsewhere or without a checksum, a line each. */
export function findStrangers(lockfile: string): string[] {
  const packages = sectionOf(lockfile, 'packages');
  if (packages.length === 0) return ['there is no list of packages: is this a lockfile of version 9?'];
  const found: string[] = [];
  for (const [index, line] of packages.entries()) {
    const id = heading.exec(line)?.[1];
    if (id === undefined) continue;
    if (!fromRegistry.test(id)) found.push(`${id} does not come from the npm registry`);
    else if (!checksum.test(packages[index + 1] ?? '')) found.push(`${id} has no checksum of the npm registry`);
  }
  return found;
}

function sectionOf(text: string, name: string): string[] {
  const lines = text.split('\n');
  const start = lines.indexOf(`${name}:`);
  if (start < 0) return [];
  const length = lines.slice(start + 1).findIndex((line) => /^\S/.test(line));
  return lines.slice(start + 1, length < 0 ? undefined : start + 1 + length);
}

if (import.meta.main) {
  const found = findStrangers(readFileSync('pnpm-lock.yaml', 'utf8'));
  for (const line of found) process.stderr.write(`pnpm-lock.yaml: ${line}\n`);
  process.exitCode = found.length > 0 ? 1 : 0;
}

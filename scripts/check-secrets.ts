// Looks for secrets in all files that git knows or would take up. Prints every place, without the secret; exit code 1 if there
// are any. A secret that was committed is known to everybody who has the repository: change it, do not only delete it.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

/** What secrets look like, by what they open. As long as real ones, so that a short stand-in in a test is none. */
const kinds: readonly (readonly [string, RegExp])[] = [
  ['a key of Stripe', /\b[rs]k_(?:live|test)_[A-Za-z0-9]{20,}/g],
  ['a webhook secret of Stripe', /\bwhsec_[A-Za-z0-9+/]{24,}/g],
  ['a key of Mirakl', /MIRAKL_API_KEY\W{1,4}[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi],
  ['a private key', /-{5}BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-{5}/g],
  ['a key of AWS', /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g],
  ['a key of Google', /\bAIza[\w-]{35}/g],
  ['a token of GitHub', /\b(?:gh[opsur]_[A-Za-z0-9]{36}|github_pat_\w{40,})/g],
  ['a token of GitLab', /\bglpat-[\w-]{20,}/g],
  ['a token of npm', /\bnpm_[A-Za-z0-9]{36}/g],
  ['a token of Slack', /\bxox[abeprs]-[\w-]{10,}/g],
  ['a key of SendGrid', /\bSG\.[\w-]{20,}\.[\w-]{40,}/g],
  ['a signed token', /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/g],
  ['a password in a URL', /\b[a-z][a-z+]*:\/\/[^\s:/@'"`$]*:[^\s:/@'"`$]{12,}@/g],
];

/** Words that nobody's real secret holds. */
const standIn = /canary|example|simulat|0123456789|abcdefgh/i;

/** Files that hold nothing else. */
const secretFiles = /^(\.env(\..*)?|.*\.(pem|p12|pfx|key|keystore)|id_(rsa|ecdsa|ed25519)|\.npmrc|\.pgpass)$/;
const samples = /^\.env\.example$/;

/** What looks like a secret in these files below this folder, a line each. */
export function findSecrets(root: string, files: readonly string[]): string[] {
  return files.flatMap((file) => {
    const path = join(root, file);
    if (!existsSync(path) || !statSync(path).isFile()) return [];
    const name = basename(file);
    const forbidden = secretFiles.test(name) && !samples.test(name) ? [`${file} is a file for secrets`] : [];
    return [...forbidden, ...secretsIn(file, readFileSync(path, 'utf8'))];
  });
}

function secretsIn(file: string, text: string): string[] {
  return kinds.flatMap(([what, pattern]) =>
    [...text.matchAll(pattern)]
      .filter((match) => !standIn.test(match[0]))
      .map((match) => `${file}:${text.slice(0, match.index).split('\n').length} looks like ${what}`),
  );
}

/** The files that are or would be committed; undefined where there is no git. */
function committedFiles(): string[] | undefined {
  const git = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' });
  return git.status === 0 ? [...new Set(git.stdout.split('\0'))].filter((file) => file !== '') : undefined;
}

if (import.meta.main) {
  const files = committedFiles();
  if (!files) process.stderr.write('Not a git checkout: nothing can be committed, and no secret was looked for.\n');
  const found = findSecrets(process.cwd(), files ?? []);
  for (const line of found) process.stderr.write(`${line}\n`);
  process.exitCode = found.length > 0 ? 1 : 0;
}

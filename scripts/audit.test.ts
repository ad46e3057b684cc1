import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';

/** A registry that knows this of the packages that it is asked about. */
async function startRegistry(status: number, advisories: object): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(advisories));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function audit(registry: string) {
  const child = spawn(process.execPath, ['scripts/audit.ts', '--registry', registry]);
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return { code: code as number, output };
}

const advisory = (severity: string) => ({
  kysely: [
    {
      ...{ id: 1, url: 'https://github.com/advisories/GHSA-xxxx', title: 'A weakness of kysely', severity },
      ...{ vulnerable_versions: '*', cwe: [], cvss: { score: 7, vectorString: null } },
    },
  ],
});

test('a known weakness of a package that runs in production fails the audit, and is named', async () => {
  const { code, output } = await audit(await startRegistry(200, advisory('high')));
  expect(output).toContain('A weakness of kysely');
  expect(code).toBe(1);
});

test('no weakness, and one that hardly matters, do not', async () => {
  expect((await audit(await startRegistry(200, {}))).code).toBe(0);
  expect((await audit(await startRegistry(200, advisory('low')))).code).toBe(0);
});

test('a registry that does not answer such questions is no weakness', async () => {
  expect((await audit(await startRegistry(405, {}))).code).toBe(0);
});

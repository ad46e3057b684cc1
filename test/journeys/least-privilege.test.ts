import { globSync, readFileSync } from 'node:fs';
import { openRedis } from '@connector/queues';
import { createTestRole, runStatements } from '@connector/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createSystem, givenPaidOrders, type System } from './system.ts';

const patient = { timeout: 60_000, interval: 100 };
const guide = readFileSync('docs/security.md', 'utf8');
const block = (language: string) =>
  new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(guide)?.[1] ??
  expect.fail(`the guide has no block of ${language}`);
const rights = block('sql');

/** The system's ledger, as the role that the guide describes. */
async function asRole({ env }: System): Promise<string> {
  const role = await createTestRole(env.DATABASE_URL ?? '', rights);
  onTestFinished(() => role.drop());
  return role.url;
}

/** The system's Redis, as the user that the guide describes. */
async function asUser({ redis, env }: System): Promise<string> {
  const [, , name = '', ...rules] = block('redis').trim().split(' ');
  await redis.call('ACL', 'SETUSER', name, ...rules);
  const url = new URL(env.REDIS_URL ?? '');
  return Object.assign(url, { username: name, password: 'long-and-random' }).href;
}

test('the processes do their work as a role and a user of Redis with no more than the documented rights', async () => {
  const system = await createSystem();
  const { mirakl, stripe } = system;
  const env = {
    DATABASE_URL: await asRole(system),
    REDIS_URL: await asUser(system),
    STRIPE_SELLERS_WEBHOOK_SECRET: 'whsec_of_the_sellers',
    STRIPE_OPERATOR_WEBHOOK_SECRET: 'whsec_of_the_operator',
    SCHEDULE_KYC_MONITOR: '1s',
  };
  const shop = mirakl.given.shop();
  givenPaidOrders(system, shop.id, 2);
  const apps = await Promise.all([
    system.start('worker', env),
    system.start('scheduler', env),
    system.start('api', env),
    system.start('dashboard', env),
  ]);
  await vi.waitFor(() => expect(mirakl.shops()[0]?.additionalFields['stripe-url']).toMatch(/^http/), patient);
  stripe.completeOnboarding(stripe.accounts()[0]?.id ?? '');
  await vi.waitFor(() => expect(stripe.transfers()).toHaveLength(2), patient);
  // The limiter would fall back to memory without a word.
  const limiterKeys = () => system.redis.keys('{connector:stripe-calls}*');
  await vi.waitFor(async () => expect(await limiterKeys()).not.toEqual([]), { timeout: 20_000, interval: 20 });
  for (const app of apps) {
    const url = `http://127.0.0.1:${app.port}`;
    expect(await (await fetch(`${url}/readyz`)).json()).toMatchObject({ status: 'ready' });
    expect(await (await fetch(`${url}/metrics`)).text()).not.toMatch(/connector_ledger_errors_total\{code="42501"/);
    expect(app.lines.join('\n')).not.toMatch(/NOPERM|permission denied/);
  }
}, 180_000);

test.for([
  ['delete an operation', 'delete from stripe_transfer'],
  ['rewrite its history', "update operation_history set reason = 'another'"],
  ['delete its history', 'delete from operation_history'],
  ['delete payments', 'delete from payment_mapping'],
  ['move the migrations', 'delete from connector_migration'],
  ['change the schema', 'alter table stripe_transfer drop column amount'],
  ['make tables', 'create table mine (id integer)'],
] as const)('the role cannot %s', async ([, statement]) => {
  const system = await createSystem();
  const attempt = runStatements(await asRole(system), [statement]);
  await expect(attempt).rejects.toThrow(/permission denied|must be owner/);
});

test.for([
  ['read what is not ours', ['GET', 'other:key']],
  ['empty the server', ['FLUSHALL']],
  ['reconfigure it', ['CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru']],
  ['list everybody’s keys', ['KEYS', '*']],
  ['shut it down', ['SHUTDOWN', 'NOSAVE']],
  ['make users', ['ACL', 'SETUSER', 'mine', 'on', 'nopass', '+@all', '~*']],
] as const)('the user of Redis cannot %s', async ([, [command, ...args]]) => {
  const system = await createSystem();
  const redis = await openRedis({ kind: 'single', url: await asUser(system) }, 'producer');
  onTestFinished(() => redis.disconnect());
  await expect(redis.call(command, ...args)).rejects.toThrow('NOPERM');
});

test('the role may delete what the connector deletes, and nothing else', () => {
  const sources = globSync('packages/*/src/**/*.ts').filter((file) => !/(\.test|-test)\.ts$/.test(file));
  const deleted = sources
    .filter((file) => !file.startsWith('packages/testing/'))
    .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/deleteFrom\('(\w+)'\)|delete from (\w+)/g)])
    .map(([, builder, raw]) => builder ?? raw ?? '');
  const granted = /grant delete on ([\s\S]*?) to /.exec(rights)?.[1]?.split(/,\s*/);
  expect(granted?.toSorted()).toEqual([...new Set(deleted)].toSorted());
});

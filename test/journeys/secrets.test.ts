import { createHmac } from 'node:crypto';
import { startOperatorEndpoint } from '@connector/simulator';
import { createTestRole, type RunningApp } from '@connector/testing';
import { startMailServer } from '@connector/testing/mail-server';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createSystem, givenPaidOrders, type System } from './system.ts';

const patient = { timeout: 60_000, interval: 100 };

/** What must be nowhere but where it belongs. None holds another one. */
const canary = {
  stripeKey: 'sk_test_cAnAryStripe0123456789',
  miraklKey: '11111111-cafe-4aaa-8bbb-cAnAryMirakl',
  sellersSecret: 'whsec_cAnArySellers0123456789',
  operatorSecret: 'whsec_cAnAryOperator0123456789',
  password: 'cAnAry-operator-password',
  wrongPassword: 'cAnAry-wrong-password',
  notificationSecret: 'cAnAry-notification-secret',
  notificationToken: 'cAnAryInTheUrl',
  mailPassword: 'cAnAryMailPassword',
  redisPassword: 'cAnAryRedisPassword',
  shopName: 'Cañary Ceramics of Jane',
  email: 'jane.canary@shop.example.com',
  phone: '+33 6 77 88 99 00',
  webSite: 'https://canary-ceramics.example.com',
  vat: 'FRcAnAryVat',
  mailTo: 'finance.canary@operator.example.com',
  link: 'https://connect.stripe.com/setup/e/acct_1/cAnAryLink',
  token: 'cAnAryTokenOfNobody',
};

/** Everything that Redis holds, as text. */
async function dump({ redis }: System): Promise<string> {
  const texts: unknown[] = [];
  for (const key of await redis.keys('*')) {
    const type = await redis.type(key);
    const read = {
      string: () => redis.get(key),
      hash: () => redis.hgetall(key),
      list: () => redis.lrange(key, '0', '-1'),
      set: () => redis.smembers(key),
      zset: () => redis.zrange(key, '0', '-1'),
      stream: () => redis.xrange(key, '-', '+'),
    }[type];
    texts.push(key, await read?.());
  }
  return JSON.stringify(texts);
}

/** Every text in the ledger, but for the two columns that are there to hold secrets and persons. */
async function ledgerTexts({ db }: System): Promise<string> {
  const tables = await db.introspection.getTables();
  const all: unknown[] = [];
  for (const { name } of tables) {
    const rows = await db
      .selectFrom(name as 'config')
      .selectAll()
      .execute();
    all.push(
      name,
      rows.map((row) => ({ ...row, onboarding_token: undefined, account_request: undefined })),
    );
  }
  return JSON.stringify(all, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

async function shown(apps: readonly RunningApp[]): Promise<string> {
  const paths = apps.flatMap(({ port }) => ['metrics', 'readyz'].map((path) => `http://127.0.0.1:${port}/${path}`));
  return (await Promise.all(paths.map(async (url) => (await fetch(url)).text()))).join('\n');
}

/** Posts an event, signed with this secret; gives back the status of the answer. */
async function postEvent(api: RunningApp, endpoint: 'sellers' | 'operator', secret: string, event: object) {
  const body = JSON.stringify({ object: 'event', livemode: false, created: 1, ...event });
  const time = Math.floor(Date.now() / 1_000);
  const signature = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
  const answer = await fetch(`http://127.0.0.1:${api.port}/api/public/webhook/${endpoint}`, {
    ...{ method: 'POST', body },
    headers: { 'content-type': 'application/json', 'stripe-signature': `t=${time},v1=${signature}` },
  });
  return answer.status;
}

test('no key, password, token, link, name, address or telephone number reaches logs, Redis, metrics, mails or the ledger’s reasons', async () => {
  const system = await createSystem({ stripeKey: canary.stripeKey, miraklKey: canary.miraklKey });
  const { mirakl, stripe, redis, db } = system;
  await redis.config('SET', 'requirepass', canary.redisPassword);
  const operator = await startOperatorEndpoint();
  const mails = await startMailServer({ login: { username: 'connector', password: canary.mailPassword } });
  const role = await createTestRole(
    system.env.DATABASE_URL ?? '',
    "create role connector_app superuser login password 'x'",
  );
  onTestFinished(async () => {
    await Promise.all([operator.close(), mails.close()]);
    await role.drop();
  });
  const redisUrl = new URL(system.env.REDIS_URL ?? '');
  const env = {
    DATABASE_URL: role.url,
    REDIS_URL: Object.assign(redisUrl, { password: canary.redisPassword }).href,
    LOG_LEVEL: 'trace',
    OPERATOR_PASSWORD: canary.password,
    STRIPE_SELLERS_WEBHOOK_SECRET: canary.sellersSecret,
    STRIPE_OPERATOR_WEBHOOK_SECRET: canary.operatorSecret,
    STRIPE_PREFILL_ONBOARDING: 'true',
    STRIPE_ACCOUNT_METADATA: 'vat=pro_details.VAT_number',
    OPERATOR_NOTIFICATION_URL: `${operator.url}?token=${canary.notificationToken}`,
    OPERATOR_NOTIFICATION_SECRET: canary.notificationSecret,
    SCHEDULE_NOTIFICATIONS: '1s',
    SCHEDULE_ALERTING: '2s',
    MAILER_DSN: `smtp://connector:${canary.mailPassword}@${mails.host}:${mails.port}`,
    TECHNICAL_ALERT_EMAIL: canary.mailTo,
    TECHNICAL_ALERT_EMAIL_FROM: canary.mailTo,
  };
  // Stripe fails, then refuses the seller until he has failed here, and repeats what it was told, and the key; then a transfer.
  const told = `No: ${canary.shopName} ${canary.email} ${canary.phone} ${canary.webSite} ${canary.vat} ${canary.stripeKey}`;
  const type = 'invalid_request_error';
  const refuseAccount = (status: number, message: string, times = 1) =>
    stripe.faults.add({
      ...{ method: 'POST', path: '/v1/accounts', kind: 'answer', status, times },
      body: { error: { type, message, param: 'business_profile[support_phone]' } },
    });
  refuseAccount(500, told);
  refuseAccount(400, told, 2);
  refuseAccount(400, `No: ${canary.vat} ${canary.stripeKey} ${canary.email}`);
  const words = `No: ${canary.stripeKey} ${canary.email} ${canary.phone} ${canary.link}`;
  const transfers = stripe.faults.add({
    ...{ method: 'POST', path: '/v1/transfers', kind: 'answer', status: 400, times: Number.POSITIVE_INFINITY },
    body: { error: { type, message: words } },
  });
  // Mirakl refuses the link and repeats it, and its key.
  mirakl.faults.add({
    ...{ method: 'PUT', path: '/api/shops', kind: 'answer', status: 400 },
    body: { status: 400, message: `No: ${canary.link} ${canary.miraklKey} ${canary.email}` },
  });
  operator.faults.add({
    kind: 'answer',
    status: 500,
    body: Object.values(canary).join(' '),
    times: Number.POSITIVE_INFINITY,
  });
  const { shopName: name, email, phone, webSite } = canary;
  const shop = mirakl.given.shop({ name, email, phone, webSite, raw: { pro_details: { VAT_number: canary.vat } } });
  givenPaidOrders(system, shop.id, 1);

  const [worker, scheduler, api, dashboard] = await Promise.all([
    system.start('worker', env),
    system.start('scheduler', env),
    system.start('api', env),
    system.start('dashboard', env),
  ]);
  await vi.waitFor(() => expect(stripe.accounts()).toHaveLength(1), patient);
  expect(stripe.accounts()[0]).toMatchObject({
    business_profile: { name: canary.shopName },
    metadata: { vat: canary.vat },
  });
  await vi.waitFor(async () => {
    await db.updateTable('shop_onboarding').set({ next_try_at: new Date() }).where('status', '=', 'failed').execute();
    expect(mirakl.shops()[0]?.additionalFields['stripe-url']).toMatch(/^http/);
  }, patient);
  const account = stripe.accounts()[0]?.id ?? '';
  const { onboarding_token: token } = await db
    .selectFrom('account_mapping')
    .select('onboarding_token')
    .executeTakeFirstOrThrow();

  // Visitors, with what they know and what they do not.
  const base = `http://127.0.0.1:${api.port}`;
  const refresh = (value: string) =>
    fetch(`${base}/api/public/onboarding/refresh?token=${value}`, { redirect: 'manual' });
  const redirected = await refresh(token ?? '');
  expect(redirected.status).toBe(302);
  expect((await refresh(canary.token)).status).toBe(400);
  expect((await fetch(`${base}/api/mappings`, { headers: { 'x-auth-token': canary.wrongPassword } })).status).toBe(403);
  expect((await fetch(`${base}/api/mappings`, { headers: { 'x-auth-token': canary.password } })).status).toBe(200);
  const pages = `http://127.0.0.1:${dashboard.port}`;
  const logIn = (password: string) =>
    fetch(`${pages}/login`, {
      ...{ method: 'POST', redirect: 'manual', headers: { origin: pages }, body: new URLSearchParams({ password }) },
    });
  expect((await logIn(canary.wrongPassword)).status).toBe(403);
  expect((await logIn(canary.password)).status).toBe(303);
  const changed = { id: account, object: 'account', details_submitted: true, email: canary.email };
  const event = { id: 'evt_1', type: 'account.updated', account, data: { object: changed } };
  expect(await postEvent(api, 'sellers', canary.sellersSecret, event)).toBe(200);
  expect(await postEvent(api, 'sellers', canary.token, event)).toBe(400);
  expect(await postEvent(api, 'operator', canary.operatorSecret, { ...event, id: 'evt_2', type: canary.email })).toBe(
    200,
  );

  stripe.completeOnboarding(account);
  await vi.waitFor(async () => {
    await db.updateTable('account_mapping').set({ kyc_blocked_at: null, payout_enabled: true }).execute();
    await db
      .updateTable('stripe_transfer')
      .set({ next_try_at: new Date() })
      .where('status', '=', 'TRANSFER_ON_HOLD')
      .execute();
    expect(transfers.hits()).toBeGreaterThan(0);
  }, patient);
  await vi.waitFor(() => expect(operator.received().length).toBeGreaterThan(0), patient);
  await vi.waitFor(
    () => expect(mails.mails().map(({ subject }) => subject)).toContain('[Stripe-Mirakl] Transfer failed'),
    patient,
  );
  mails.refuseWith(550);
  await vi.waitFor(() => expect(worker.lines.join('\n')).toContain('Mail cannot be sent through'), patient);

  const apps = [worker, scheduler, api, dashboard];
  const places: Readonly<Record<string, string>> = {
    logs: apps.flatMap(({ lines }) => lines).join('\n'),
    redis: await dump(system),
    'metrics and readiness': await shown(apps),
    ledger: await ledgerTexts(system),
    mails: mails
      .mails()
      .map(({ text, html }) => `${text ?? ''} ${String(html)}`)
      .join('\n'),
    notifications: operator
      .received()
      .map(({ rawBody }) => rawBody)
      .join('\n'),
  };
  const secrets = {
    ...canary,
    tokenOfTheSeller: token ?? '',
    linkOfTheSeller: redirected.headers.get('location') ?? '',
    passwordOfTheRole: new URL(role.url).password,
  };
  for (const [place, text] of Object.entries(places)) {
    expect(text.length, place).toBeGreaterThan(100);
    const found = Object.entries(secrets).filter(([, secret]) => text.includes(secret));
    expect(found.map(([what]) => `${what} in ${place}`)).toEqual([]);
  }
}, 240_000);

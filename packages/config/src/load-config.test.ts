import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError } from './config-error.ts';
import { type AppName, type Config, loadConfig } from './load-config.ts';

const required = {
  STRIPE_CLIENT_SECRET: 'sk_test_51abcdefgh',
  MIRAKL_HOST_NAME: 'https://shop.mirakl.net/',
  MIRAKL_API_KEY: '0c0b6f0e-5a52',
  OPERATOR_PASSWORD: 'correct-horse-battery',
  BASE_HOST: 'connector.example.com',
  DATABASE_URL: 'postgres://user:pw@db:5432/ledger',
};

const load = (change: Record<string, string | undefined> = {}, app: AppName = 'worker'): Config =>
  loadConfig(app, { ...required, ...change });

function problemsOf(change: Record<string, string | undefined>, app: AppName = 'worker'): string[] {
  try {
    load(change, app);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ variable }) => variable);
  }
}

function messageOf(change: Record<string, string | undefined>): string {
  try {
    load(change);
    return '';
  } catch (error) {
    return String(error);
  }
}

test('with the required variables alone everything has its documented default', () => {
  expect(load()).toMatchObject({
    mirakl: {
      baseUrl: 'https://shop.mirakl.net',
      auth: { scheme: 'key' },
      payOutPspCodes: new Set(['NOT_SPECIFIED', 'OPERATOR']),
    },
    stripe: { globalPerSecond: 80, endpointPerSecond: 20, overrides: { 'POST /v1/payouts': 12 } },
    onboarding: { enabled: true, returnUrl: 'https://shop.mirakl.net/mmp/shop/account/shop', linkField: 'stripe-url' },
    split: { product: false, service: false, tax: undefined, startDate: undefined },
    schedules: { onboarding: { everyMs: 60_000 }, paymentSplit: { everyMs: 300_000 }, alerting: { timeZone: 'UTC' } },
    redis: { kind: 'single', url: 'redis://127.0.0.1:6379' },
    mail: undefined,
    notifications: undefined,
  });
});

test('every problem is named at once', () => {
  const change = {
    STRIPE_CLIENT_SECRET: 'pk_test_123456789',
    MIRAKL_HOST_NAME: 'shop.mirakl.net',
    MIRAKL_API_KEY: '',
    ENABLE_PAYMENT_TAX_SPLIT: 'true',
    SCHEDULE_ONBOARDING: 'often',
    SCHEDULE_TIME_ZONE: 'Mars/Olympus',
    WORKER_CONCURRENCY: '0',
    START_DATE: 'yesterday',
    MAILER_DSN: 'smtp://user:pass@mail:465/?encryption=ssl',
  };
  expect(problemsOf(change)).toEqual(
    expect.arrayContaining([
      ...Object.keys(change).filter((name) => !['ENABLE_PAYMENT_TAX_SPLIT', 'MAILER_DSN'].includes(name)),
      'STRIPE_TAX_ACCOUNT',
      'TECHNICAL_ALERT_EMAIL',
    ]),
  );
});

test('the message never shows a value, whatever is wrong with it', () => {
  const secrets = [
    'STRIPE_CLIENT_SECRET',
    'MIRAKL_API_KEY',
    'OPERATOR_PASSWORD',
    'DATABASE_URL',
    'REDIS_URL',
    'MAILER_DSN',
    'OPERATOR_NOTIFICATION_SECRET',
  ];
  fc.assert(
    fc.property(fc.constantFrom(...secrets), fc.stringMatching(/^cAnArY[ -~]{0,20}$/), (variable, value) => {
      expect(messageOf({ [variable]: value, BASE_HOST: '' })).not.toContain('cAnArY');
    }),
  );
});

describe('secrets from examples are refused', () => {
  test.each(['TO_BE_GENERATED', 'changeme', 'password', 'short', '<your password>'])('%s', (value) => {
    expect(problemsOf({ OPERATOR_PASSWORD: value })).toEqual(['OPERATOR_PASSWORD']);
  });
});

test('the empty text counts as not set', () => {
  expect(load({ LOG_LEVEL: '', START_DATE: ' ' })).toMatchObject({
    log: { level: 'info' },
    split: { startDate: undefined },
  });
});

test('older names are honoured, and said', () => {
  const config = load({
    ENABLES_AUTOMATIC_TRANSFER_CREATION: 'true',
    MIRAKL_METADATA_ORDER_ID: 'order',
    APP_ENV: 'prod',
  });
  expect(config).toMatchObject({ split: { product: true }, payment: { metadataKey: 'order' } });
  expect(config.warnings).toEqual([
    'APP_ENV is accepted and has no effect',
    'MIRAKL_METADATA_ORDER_ID is the older name of PAYMENT_METADATA_COMMERCIAL_ORDER_ID',
    'ENABLES_AUTOMATIC_TRANSFER_CREATION is the older name of ENABLE_PRODUCT_PAYMENT_SPLIT',
  ]);
});

test('only the api insists on the webhook secrets; the older single one serves both', () => {
  expect(problemsOf({}, 'api')).toEqual(['STRIPE_SELLERS_WEBHOOK_SECRET', 'STRIPE_OPERATOR_WEBHOOK_SECRET']);
  const config = load({ STRIPE_WEBHOOK_SECRET: 'whsec_12345678' }, 'api');
  expect(config.http.webhookSecrets).toEqual({ sellers: 'whsec_12345678', operator: 'whsec_12345678' });
});

describe('the three ways into Mirakl', () => {
  test('OAuth 2 needs no API key, but all of its three variables', () => {
    const oauth = {
      MIRAKL_CLIENT_ID: 'id',
      MIRAKL_CLIENT_SECRET: 'a-long-secret',
      MIRAKL_AUTH_URL: 'https://auth.mirakl.net/oauth/token',
    };
    expect(load({ ...oauth, MIRAKL_API_KEY: undefined }).mirakl.auth).toMatchObject({
      scheme: 'oauth',
      clientId: 'id',
    });
    expect(problemsOf({ MIRAKL_CLIENT_ID: 'id' })).toEqual(['MIRAKL_CLIENT_SECRET', 'MIRAKL_AUTH_URL']);
  });
  test('a bearer token', () => {
    expect(load({ MIRAKL_AUTH_SCHEME: 'bearer' }).mirakl.auth).toMatchObject({ scheme: 'bearer' });
    expect(problemsOf({ MIRAKL_AUTH_SCHEME: 'basic' })).toEqual(['MIRAKL_AUTH_SCHEME']);
  });
});

describe('the database URL', () => {
  test.each([
    ['pgsql://u:p@db/x?charset=utf8&serverVersion=11', 'postgres://u:p@db/x', undefined],
    ['postgresql://u:p@db/x?sslmode=require', 'postgres://u:p@db/x', { rejectUnauthorized: false }],
    [
      'postgres://u:p@db/x?sslmode=verify-full&application_name=y',
      'postgres://u:p@db/x?application_name=y',
      { rejectUnauthorized: true },
    ],
  ])('%s', (given, url, ssl) => {
    expect(load({ DATABASE_URL: given }).database).toMatchObject({ url, ssl });
  });
  test('of another kind is refused', () => {
    expect(problemsOf({ DATABASE_URL: 'mysql://u:p@db/x' })).toEqual(['DATABASE_URL']);
    expect(problemsOf({ DATABASE_URL: 'postgres://db/x?sslmode=maybe' })).toEqual(['DATABASE_URL']);
  });
});

describe('the Redis URL', () => {
  test.each([
    ['rediss://u:p@host:6380/1', { kind: 'single', url: 'rediss://u:p@host:6380/1' }],
    [
      'redis+sentinel://:pw@a:26379,b/main/2',
      {
        kind: 'sentinel',
        masterName: 'main',
        db: 2,
        password: 'pw',
        tls: false,
        sentinels: [
          { host: 'a', port: 26379 },
          { host: 'b', port: 26379 },
        ],
      },
    ],
    [
      'rediss+cluster://a:7000,b:7001',
      {
        kind: 'cluster',
        tls: true,
        nodes: [
          { host: 'a', port: 7000 },
          { host: 'b', port: 7001 },
        ],
      },
    ],
  ])('%s', (given, expected) => {
    expect(load({ REDIS_URL: given }).redis).toMatchObject(expected);
  });
  test.each(['http://host', 'redis+sentinel://a:26379', 'redis://'])('%s is refused', (given) => {
    expect(problemsOf({ REDIS_URL: given })).toEqual(['REDIS_URL']);
  });
});

test('plain http is only for simulators on this machine', () => {
  expect(load({ MIRAKL_HOST_NAME: 'http://127.0.0.1:4000' }).mirakl.baseUrl).toBe('http://127.0.0.1:4000');
  expect(problemsOf({ STRIPE_API_BASE: 'http://stripe.example.com' })).toEqual(['STRIPE_API_BASE']);
});

test('schedules are intervals or cron patterns in a time zone', () => {
  const config = load({
    SCHEDULE_ALERTING: '30 6 * * 1-5',
    SCHEDULE_PAYMENT_SPLIT: '30s',
    SCHEDULE_TIME_ZONE: 'Europe/Paris',
  });
  expect(config.schedules).toMatchObject({
    alerting: { cron: '30 6 * * 1-5', timeZone: 'Europe/Paris' },
    paymentSplit: { everyMs: 30_000 },
  });
});

test('mail is off by default and by the null transport, and needs both addresses when it is on', () => {
  expect(load({ MAILER_DSN: 'smtp://null' }).mail).toBeUndefined();
  const config = load({
    MAILER_DSN: 'smtp://u:p%40w@mail:2525/?auth_mode=login',
    TECHNICAL_ALERT_EMAIL: 'a@example.com',
    TECHNICAL_ALERT_EMAIL_FROM: 'b@example.com',
  });
  expect(config.mail).toMatchObject({
    server: { host: 'mail', port: 2525, password: 'p@w', encryption: 'none' },
    to: 'a@example.com',
  });
});

test('a mail server that is mistyped is refused, and none is reached without the encryption that was meant', () => {
  const encryptionOf = (dsn: string) =>
    load({ MAILER_DSN: dsn, TECHNICAL_ALERT_EMAIL: 'a@example.com', TECHNICAL_ALERT_EMAIL_FROM: 'b@example.com' }).mail
      ?.server.encryption;
  expect(encryptionOf('smtp://mail/?encryption=tls')).toBe('tls');
  expect(encryptionOf('smtp://mail/?encryption=')).toBe('none');
  expect(encryptionOf('smtps://mail')).toBe('ssl');
  expect(() => encryptionOf('smtp://mail/?encryption=starttls')).toThrow('MAILER_DSN: must have encryption=ssl');
  expect(() => encryptionOf('smtp://user:100%safe@mail')).toThrow('MAILER_DSN: has a % in user or password');
});

describe('L31: proxies whose word is believed', () => {
  test.each([
    ['10.0.0.0/8,127.0.0.1', ['10.0.0.0/8', '127.0.0.1']],
    ['loopback, fd00::/8', ['loopback', 'fd00::/8']],
    ['PRIVATE_SUBNETS', ['loopback', 'linklocal', 'uniquelocal']],
    ['127.0.0.1,REMOTE_ADDR', 1],
  ])('%s', (given, expected) => {
    expect(load({ TRUSTED_PROXIES: given }).http.trustedProxies).toEqual(expected);
  });

  test.each(['10.0.0.0/33', 'proxy.internal', '10.0.0', '::1/129', 'all'])('%s stops the process at start', (given) => {
    expect(problemsOf({ TRUSTED_PROXIES: given })).toEqual(['TRUSTED_PROXIES']);
  });
});

test('every variable is in .env.example and in docs/configuration.md, and nothing else is', () => {
  const asked = new Set<string>();
  const recorder = new Proxy({} as Record<string, string | undefined>, {
    get: (_, name) => {
      asked.add(String(name));
      return undefined;
    },
  });
  expect(() => loadConfig('api', recorder)).toThrow(ConfigError);
  const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
  const inExample = read('.env.example').matchAll(/^#? ?([A-Z][A-Z0-9_]+)=/gm);
  const inDocs = read('docs/configuration.md').matchAll(/^\| `([A-Z][A-Z0-9_]+)`/gm);
  expect(new Set([...inExample].map(([, name]) => name))).toEqual(asked);
  expect(new Set([...inDocs].map(([, name]) => name))).toEqual(asked);
});

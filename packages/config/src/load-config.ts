import { z } from 'zod';
import { ConfigError } from './config-error.ts';
import { type DatabaseTarget, databaseUrl } from './database-url.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { type MailServer, mailerDsn } from './mailer-dsn.ts';
import { type MiraklConfig, readMirakl } from './read-mirakl.ts';
import { readStripe, type StripeConfig } from './read-stripe.ts';
import { type RedisTarget, redisUrl } from './redis-url.ts';
import { readSchedules, type Schedule, type ScheduledSweep } from './schedules.ts';
import {
  boolean,
  emailAddress,
  httpsUrl,
  integer,
  proxies,
  secret,
  startDate,
  text,
  textsByName,
  words,
} from './values.ts';

export type AppName = 'scheduler' | 'worker' | 'api' | 'dashboard' | 'cli';

/** The environment in our own words, checked. */
export type Config = {
  readonly log: { readonly level: LogLevel; readonly format: 'json' | 'pretty' };
  readonly database: DatabaseTarget & { readonly poolSize: number; readonly statementTimeoutMs: number };
  readonly redis: RedisTarget;
  readonly queuePrefix: string;
  readonly stripe: StripeConfig;
  readonly mirakl: MiraklConfig;
  readonly operatorPassword: string;
  readonly http: {
    /** `https://` and the host that Stripe and sellers reach the api under. */
    readonly publicUrl: string;
    /** As express takes them. */
    readonly trustedProxies: readonly string[] | number;
    readonly ports: Readonly<Record<Exclude<AppName, 'cli'>, number>>;
    /** Only the api needs them. */
    readonly webhookSecrets: { readonly sellers: string; readonly operator: string } | undefined;
  };
  readonly onboarding: {
    readonly enabled: boolean;
    readonly returnUrl: string;
    readonly prefill: boolean;
    readonly linkField: string;
    readonly ignoredField: string;
    readonly kycUpdatesMirakl: boolean;
    /** What the seller's field on Mirakl holds: a link of Stripe's, or one of ours that makes a fresh one at each click. */
    readonly linkKind: 'direct' | 'stable';
    /** Metadata key of the Stripe account → field of the shop. */
    readonly accountMetadata: Readonly<Record<string, string>>;
  };
  readonly payment: {
    readonly metadataKey: string;
    readonly sendRefused: boolean;
    readonly validateAfterCapture: boolean;
  };
  readonly split: {
    readonly product: boolean;
    readonly service: boolean;
    readonly withoutCharge: boolean;
    /** Undefined: taxes stay with the seller. */
    readonly tax: { readonly accountId: string } | undefined;
    /** Undefined: nothing is paid before there is a checkpoint. */
    readonly startDate: string | undefined;
  };
  readonly refund: { readonly product: boolean; readonly service: boolean };
  readonly settlement: { readonly partsCheck: 'warn' | 'hold' | 'off' };
  readonly reconciliation: {
    /** How many days are compared again, besides those since the last run. */
    readonly days: number;
  };
  readonly mail: MailConfig | undefined;
  readonly notifications: NotificationConfig | undefined;
  readonly schedules: Readonly<Record<ScheduledSweep, Schedule>>;
  readonly worker: { readonly queues: readonly string[] | undefined; readonly concurrency: number };
  /** What works but should be looked at: older names, variables without effect. */
  readonly warnings: readonly string[];
};

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
export type MailConfig = { readonly server: MailServer; readonly to: string; readonly from: string };
export type NotificationConfig = {
  readonly url: string;
  readonly secret: string | undefined;
  readonly mailWhenDown: boolean;
  /** Between two mails; 0 for no pause. */
  readonly mailCooldownMs: number;
};

/**
 * Reads the configuration of an app. Throws one `config_invalid` that lists every problem by the name of its variable, and
 * never a secret's value. All apps read the same variables; only the api insists on the webhook secrets.
 */
export function loadConfig(app: AppName, variables: Readonly<Record<string, string | undefined>>): Config {
  const env = readEnvironment(variables);
  const mirakl = readMirakl(env);
  const config = {
    log: readLog(env),
    database: readDatabase(env),
    redis: env.withDefault<RedisTarget>('REDIS_URL', redisUrl, { kind: 'single', url: 'redis://127.0.0.1:6379' }),
    queuePrefix: env.withDefault(
      'QUEUE_PREFIX',
      z.string().regex(/^[\w-]+$/, 'must be letters, digits, - and _'),
      'connector',
    ),
    stripe: readStripe(env),
    mirakl,
    operatorPassword: env.required('OPERATOR_PASSWORD', secret(8)),
    http: readHttp(env, app),
    onboarding: readOnboarding(env, mirakl.baseUrl),
    payment: readPayment(env),
    split: readSplit(env),
    refund: {
      product: env.withDefault('ENABLE_PRODUCT_PAYMENT_REFUND', boolean, false),
      service: env.withDefault('ENABLE_SERVICE_PAYMENT_REFUND', boolean, false),
    },
    settlement: {
      partsCheck: env.withDefault(
        'SETTLEMENT_PARTS_CHECK',
        z.enum(['warn', 'hold', 'off'], 'must be warn, hold or off'),
        'warn' as const,
      ),
    },
    reconciliation: { days: env.withDefault('RECONCILIATION_DAYS', integer(1, 365), 30) },
    mail: readMail(env),
    notifications: readNotifications(env),
    schedules: readSchedules(env),
    worker: {
      queues: env.optional('WORKER_QUEUES', words),
      concurrency: env.withDefault('WORKER_CONCURRENCY', integer(1, 1_000), 20),
    },
    warnings: env.warnings,
  };
  if (env.problems.length > 0) throw new ConfigError(env.problems);
  return config;
}

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

function readLog(env: Environment): Config['log'] {
  const level = z.enum(levels, `must be one of ${levels.join(', ')}`);
  const format = z.enum(['json', 'pretty'], 'must be json or pretty');
  return {
    level: env.withDefault('LOG_LEVEL', level, 'info' as const),
    format: env.withDefault('LOG_FORMAT', format, 'json' as const),
  };
}

function readDatabase(env: Environment): Config['database'] {
  return {
    ...env.required('DATABASE_URL', databaseUrl),
    poolSize: env.withDefault('DATABASE_POOL_SIZE', integer(1, 500), 20),
    statementTimeoutMs: env.withDefault('DATABASE_STATEMENT_TIMEOUT_MS', integer(100, 600_000), 30_000),
  };
}

function readHttp(env: Environment, app: AppName): Config['http'] {
  const host = env.required(
    'BASE_HOST',
    z.string().regex(/^[^/\s]+$/, 'must be a host name without https:// and without a path'),
  );
  const scheme = env.withDefault('SCHEME', z.enum(['https', 'http'], 'must be https or http'), 'https' as const);
  const port = integer(0, 65_535);
  return {
    publicUrl: `${scheme}://${host}`,
    trustedProxies: env.withDefault<readonly string[] | number>('TRUSTED_PROXIES', proxies, []),
    ports: {
      api: env.withDefault('API_PORT', port, 8_000),
      dashboard: env.withDefault('DASHBOARD_PORT', port, 3_000),
      worker: env.withDefault('WORKER_PORT', port, 8_001),
      scheduler: env.withDefault('SCHEDULER_PORT', port, 8_002),
    },
    webhookSecrets: app === 'api' ? readWebhookSecrets(env) : undefined,
  };
}

function readWebhookSecrets(env: Environment) {
  return {
    sellers: env.required('STRIPE_SELLERS_WEBHOOK_SECRET', secret(8)),
    operator: env.required('STRIPE_OPERATOR_WEBHOOK_SECRET', secret(8)),
  };
}

function readOnboarding(env: Environment, miraklUrl: string): Config['onboarding'] {
  return {
    enabled: env.withDefault('ENABLE_SELLER_ONBOARDING', boolean, true),
    returnUrl: env.withDefault('REDIRECT_ONBOARDING', httpsUrl, `${miraklUrl}/mmp/shop/account/shop`),
    prefill: env.withDefault('STRIPE_PREFILL_ONBOARDING', boolean, false),
    linkField: env.withDefault('MIRAKL_CUSTOM_FIELD_CODE', text, 'stripe-url'),
    ignoredField: env.withDefault('MIRAKL_IGNORED_SHOP_FIELD_CODE', text, 'stripe-ignored'),
    kycUpdatesMirakl: env.withDefault('KYC_MIRAKL_SHOP_DISABLE_UPDATE', boolean, false),
    linkKind: env.withDefault(
      'SELLER_LINK',
      z.enum(['direct', 'stable'], 'must be direct or stable'),
      'direct' as const,
    ),
    accountMetadata: env.withDefault('STRIPE_ACCOUNT_METADATA', textsByName, {}),
  };
}

function readPayment(env: Environment): Config['payment'] {
  return {
    metadataKey: env.withDefault('PAYMENT_METADATA_COMMERCIAL_ORDER_ID', text, 'mirakl_commercial_order_id'),
    sendRefused: env.withDefault('PAYMENT_VALIDATION_SEND_REFUSED', boolean, true),
    validateAfterCapture: env.withDefault('PA01_AFTER_CAPTURE', boolean, false),
  };
}

function readSplit(env: Environment): Config['split'] {
  const taxSplit = env.withDefault('ENABLE_PAYMENT_TAX_SPLIT', boolean, false);
  const taxAccount = env.optional(
    'STRIPE_TAX_ACCOUNT',
    z.string().regex(/^acct_\w+$/, 'must be the id of a Stripe account: acct_…'),
  );
  if (taxSplit && taxAccount === undefined) {
    env.report('STRIPE_TAX_ACCOUNT', 'is needed because ENABLE_PAYMENT_TAX_SPLIT is true');
  }
  return {
    product: env.withDefault('ENABLE_PRODUCT_PAYMENT_SPLIT', boolean, false),
    service: env.withDefault('ENABLE_SERVICE_PAYMENT_SPLIT', boolean, false),
    withoutCharge: env.withDefault('SPLIT_WITHOUT_CHARGE', boolean, false),
    tax: taxSplit && taxAccount !== undefined ? { accountId: taxAccount } : undefined,
    startDate: env.optional('START_DATE', startDate),
  };
}

function readMail(env: Environment): MailConfig | undefined {
  const server = env.withDefault<MailServer | 'off'>('MAILER_DSN', mailerDsn, 'off');
  const to = env.optional('TECHNICAL_ALERT_EMAIL', emailAddress);
  const from = env.optional('TECHNICAL_ALERT_EMAIL_FROM', emailAddress);
  if (server === 'off' || server === undefined) return undefined;
  if (to === undefined) env.report('TECHNICAL_ALERT_EMAIL', 'is needed because MAILER_DSN is set');
  if (from === undefined) env.report('TECHNICAL_ALERT_EMAIL_FROM', 'is needed because MAILER_DSN is set');
  return { server, to: to ?? '', from: from ?? '' };
}

function readNotifications(env: Environment): NotificationConfig | undefined {
  const url = env.optional('OPERATOR_NOTIFICATION_URL', httpsUrl);
  const cooldownMinutes = env.withDefault('MAIL_ON_NOTIFICATION_ENDPOINT_DOWN_COOLDOWN', integer(0, 100_000), 10);
  const settings = {
    secret: env.optional('OPERATOR_NOTIFICATION_SECRET', secret(16)),
    mailWhenDown: env.withDefault('MAIL_ON_NOTIFICATION_ENDPOINT_DOWN', boolean, true),
    mailCooldownMs: cooldownMinutes * 60_000,
  };
  return url === undefined ? undefined : { url, ...settings };
}

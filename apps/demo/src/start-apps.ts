import { type AppName, type RunningApp, startApp } from '@connector/testing/servers';
import type { Marketplace } from './open-marketplace.ts';
import { createRunConnector, type RunConnector } from './run-connector.ts';

export type DemoApps = {
  readonly dashboardUrl: string;
  readonly apiUrl: string;
  readonly runConnector: RunConnector;
};

/** The dashboard's password in the demo. */
export const demoPassword = 'demo-marketplace';

/** Each end of a connection knows its own. */
export const secrets = {
  sellers: 'whsec_demo_sellers',
  operator: 'whsec_demo_operator',
  notifications: 'demo-notification-secret',
};

/** Starts every app as a process of its own, two workers among them, and has Stripe tell the api what happens. */
export async function startApps(
  marketplace: Marketplace,
  onClose: (close: () => Promise<unknown>) => void,
): Promise<DemoApps> {
  const env = environment(marketplace);
  const start = async (name: AppName): Promise<RunningApp> => {
    const app = await startApp(name, { env });
    onClose(() => app.stop());
    return app;
  };
  const [dashboard, api] = await Promise.all([start('dashboard'), start('api'), start('worker'), start('worker')]);
  await start('scheduler');
  const apiUrl = `http://127.0.0.1:${api.port}`;
  listenToStripe(marketplace, apiUrl);
  await mapTaxAccount(marketplace, apiUrl);
  return { dashboardUrl: `http://127.0.0.1:${dashboard.port}`, apiUrl, runConnector: createRunConnector(env) };
}

/** What an operator sets up on Stripe by hand: one webhook endpoint for connected accounts, one for the platform. */
function listenToStripe({ stripe }: Marketplace, apiUrl: string): void {
  const webhook = `${apiUrl}/api/public/webhook`;
  stripe.given.webhookEndpoint({ url: `${webhook}/sellers`, secret: secrets.sellers, connect: true, events: ['*'] });
  stripe.given.webhookEndpoint({ url: `${webhook}/operator`, secret: secrets.operator, connect: false, events: ['*'] });
}

/** The tax account is mapped by hand, over the operator API, as shop 0. */
async function mapTaxAccount({ taxAccount }: Marketplace, apiUrl: string): Promise<void> {
  const response = await fetch(`${apiUrl}/api/mappings`, {
    method: 'POST',
    headers: { 'x-auth-token': demoPassword, 'content-type': 'application/json' },
    body: JSON.stringify({ miraklShopId: 0, stripeUserId: taxAccount }),
  });
  if (response.status !== 201) throw new Error(`the tax account was not mapped: ${await response.text()}`);
}

function environment(marketplace: Marketplace): Record<string, string> {
  const { mirakl, stripe, operator, mailbox, databaseUrl, redisUrl } = marketplace;
  return {
    STRIPE_CLIENT_SECRET: stripe.apiKey,
    STRIPE_API_BASE: stripe.url,
    STRIPE_SELLERS_WEBHOOK_SECRET: secrets.sellers,
    STRIPE_OPERATOR_WEBHOOK_SECRET: secrets.operator,
    MIRAKL_HOST_NAME: mirakl.url,
    MIRAKL_API_KEY: mirakl.apiKey,
    OPERATOR_PASSWORD: demoPassword,
    SCHEME: 'http',
    BASE_HOST: '127.0.0.1',
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    QUEUE_PREFIX: `demo-${process.pid}`,
    STRIPE_PREFILL_ONBOARDING: 'true',
    ENABLE_PRODUCT_PAYMENT_SPLIT: 'true',
    ENABLE_SERVICE_PAYMENT_SPLIT: 'true',
    ENABLE_PRODUCT_PAYMENT_REFUND: 'true',
    ENABLE_SERVICE_PAYMENT_REFUND: 'true',
    ENABLE_PAYMENT_TAX_SPLIT: 'true',
    STRIPE_TAX_ACCOUNT: marketplace.taxAccount,
    START_DATE: 'all',
    KYC_MIRAKL_SHOP_DISABLE_UPDATE: 'true',
    OPERATOR_NOTIFICATION_URL: operator.url,
    OPERATOR_NOTIFICATION_SECRET: secrets.notifications,
    MAILER_DSN: `smtp://${mailbox.host}:${mailbox.port}`,
    TECHNICAL_ALERT_EMAIL: 'payments@marketplace.example.com',
    TECHNICAL_ALERT_EMAIL_FROM: 'connector@marketplace.example.com',
    // Nobody wants to wait five minutes, or for the night, for a demo.
    SCHEDULE_ONBOARDING: '1s',
    SCHEDULE_PAYMENT_VALIDATION: '2s',
    SCHEDULE_PAYMENT_SPLIT: '2s',
    SCHEDULE_PAYMENT_REFUND: '2s',
    SCHEDULE_SELLER_SETTLEMENT: '2s',
    SCHEDULE_RECOVERY: '2s',
    SCHEDULE_NOTIFICATIONS: '1s',
    MIRAKL_CALL_INTERVALS: 'OR11=0,IV01=0',
    STRIPE_ENDPOINT_RATE_LIMIT_PER_SECOND: '40',
    MIRAKL_RATE_LIMIT_PER_SECOND: '100',
    API_PORT: '0',
    DASHBOARD_PORT: '0',
    WORKER_PORT: '0',
    SCHEDULER_PORT: '0',
  };
}

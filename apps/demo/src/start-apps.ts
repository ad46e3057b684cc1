import { type AppName, type RunningApp, startApp } from '@connector/testing/servers';
import type { Marketplace } from './open-marketplace.ts';

export type DemoApps = { readonly dashboardUrl: string; readonly apiUrl: string };

/** The dashboard's password in the demo. */
export const demoPassword = 'demo-marketplace';

/** Starts every app as a process of its own, two workers among them. */
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
  return { dashboardUrl: `http://127.0.0.1:${dashboard.port}`, apiUrl: `http://127.0.0.1:${api.port}` };
}

function environment({ mirakl, stripe, databaseUrl, redisUrl }: Marketplace): Record<string, string> {
  return {
    STRIPE_CLIENT_SECRET: stripe.apiKey,
    STRIPE_API_BASE: stripe.url,
    STRIPE_SELLERS_WEBHOOK_SECRET: 'whsec_demo_sellers',
    STRIPE_OPERATOR_WEBHOOK_SECRET: 'whsec_demo_operator',
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
    START_DATE: 'all',
    // Nobody wants to wait five minutes for a demo.
    SCHEDULE_ONBOARDING: '1s',
    SCHEDULE_PAYMENT_SPLIT: '2s',
    SCHEDULE_RECOVERY: '2s',
    MIRAKL_CALL_INTERVALS: 'OR11=0',
    MIRAKL_RATE_LIMIT_PER_SECOND: '100',
    API_PORT: '0',
    DASHBOARD_PORT: '0',
    WORKER_PORT: '0',
    SCHEDULER_PORT: '0',
  };
}

import { type OperatorEndpoint, startOperatorEndpoint } from '@connector/simulator';
import type { RunningApp } from '@connector/testing';
import { onTestFinished } from 'vitest';
import type { System } from './system.ts';

const secrets = { sellers: 'whsec_of_the_sellers', operator: 'whsec_of_the_operator' };

export type StartedApps = {
  readonly operator: OperatorEndpoint;
  readonly api: RunningApp;
  readonly worker: RunningApp;
};

/** Scheduler, worker and api at work, with Stripe telling the api and the api's operator hearing of it. End with the test. */
export async function startApps(system: System, more: Readonly<Record<string, string>> = {}): Promise<StartedApps> {
  const operator = await startOperatorEndpoint();
  onTestFinished(() => operator.close());
  const env = {
    STRIPE_SELLERS_WEBHOOK_SECRET: secrets.sellers,
    STRIPE_OPERATOR_WEBHOOK_SECRET: secrets.operator,
    OPERATOR_NOTIFICATION_URL: operator.url,
    ...more,
  };
  const [api, worker] = await Promise.all([
    system.start('api', env),
    system.start('worker', env),
    system.start('scheduler', env),
  ]);
  const url = `http://127.0.0.1:${api.port}/api/public/webhook`;
  const { given } = system.stripe;
  given.webhookEndpoint({ url: `${url}/sellers`, secret: secrets.sellers, connect: true, events: ['*'] });
  given.webhookEndpoint({ url: `${url}/operator`, secret: secrets.operator, connect: false, events: ['*'] });
  return { operator, api, worker };
}

import type { Config } from '@connector/config';
import { createLogger } from '@connector/observability';
import { openRedis } from '@connector/queues';
import { createStripeClient, createStripeLimiter, retrievePlatformAccount, stripeModeOf } from '@connector/stripe';
import type { Finding } from './finding.ts';

const subject = 'Stripe';
const hint = 'Check STRIPE_CLIENT_SECRET: Stripe dashboard → Developers → API keys.';

/** Whether the key opens the platform account, and fits the marketplace. */
export async function checkStripe({ stripe, redis: target, queuePrefix, mirakl }: Config): Promise<Finding[]> {
  const redis = await openRedis(target, 'producer');
  try {
    const { apiKey, apiBase, timeoutMs: _, ...limits } = stripe;
    const client = createStripeClient({
      ...{ apiKey, timeoutMs: 10_000, version: 'doctor' },
      ...(apiBase === undefined ? {} : { apiBase }),
      limiter: createStripeLimiter({ redis, keyPrefix: queuePrefix, ...limits }),
      log: createLogger({ app: 'doctor', level: 'silent', format: 'json' }),
    });
    const account = await retrievePlatformAccount(client);
    const mode = stripeModeOf(apiKey);
    const findings: Finding[] = [
      { level: 'good', subject, text: `the key opens ${account.id} (${mode ?? 'unknown'} mode)` },
    ];
    if (mode === 'test' && !/test|dev|demo|sandbox|preprod|staging|localhost|127\.0\.0\.1/i.test(mirakl.baseUrl)) {
      findings.push({ level: 'warning', subject, text: 'a test key with what looks like a live marketplace', hint });
    }
    return findings;
  } catch (error) {
    return [{ level: 'problem', subject, text: error instanceof Error ? error.message : String(error), hint }];
  } finally {
    redis.disconnect();
  }
}

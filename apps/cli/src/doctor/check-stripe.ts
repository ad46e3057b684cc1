import type { Config } from '@connector/config';
import { errorMessage } from '@connector/kernel';
import { retrievePlatformAccount, stripeModeOf } from '@connector/stripe';
import type { Finding } from './finding.ts';
import { openStripe } from './open-stripe.ts';

const subject = 'Stripe';
const hint = 'Check STRIPE_CLIENT_SECRET: Stripe dashboard → Developers → API keys.';

/** Parts of a host name that tell a marketplace for trying things out. */
const trial = /(^|[.-])(test|dev|demo|sandbox|preprod|staging|localhost)\d*([.-]|$)|^127\./i;

/** Whether the key opens the platform account, and fits the marketplace. */
export async function checkStripe(config: Config): Promise<Finding[]> {
  const { stripe, mirakl } = config;
  try {
    const account = await retrievePlatformAccount(openStripe(config));
    const mode = stripeModeOf(stripe.apiKey);
    const opens: Finding = { level: 'good', subject, text: `the key opens ${account.id} (${mode ?? 'unknown'} mode)` };
    const isTrial = trial.test(new URL(mirakl.baseUrl).hostname);
    if (mode === 'test' && !isTrial) {
      return [opens, { level: 'warning', subject, text: 'a test key with what looks like a live marketplace', hint }];
    }
    if (mode === 'live' && isTrial) {
      return [opens, { level: 'warning', subject, text: 'a live key with what looks like a test marketplace', hint }];
    }
    return [opens];
  } catch (error) {
    return [{ level: 'problem', subject, text: errorMessage(error), hint }];
  }
}

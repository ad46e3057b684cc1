import type { Config } from '@connector/config';
import { errorMessage } from '@connector/kernel';
import { checkAccounts } from './doctor/check-accounts.ts';
import { checkConfiguration } from './doctor/check-configuration.ts';
import { checkDatabase } from './doctor/check-database.ts';
import { checkMirakl } from './doctor/check-mirakl.ts';
import { checkRedis } from './doctor/check-redis.ts';
import { checkStripe } from './doctor/check-stripe.ts';
import { checkTelling } from './doctor/check-telling.ts';
import { checkWebhooks } from './doctor/check-webhooks.ts';
import type { Finding } from './doctor/finding.ts';
import type { Terminal } from './terminal.ts';

const signs = { good: '✓', note: '·', warning: '!', problem: '✗' } as const;

const checks: Readonly<Record<string, (config: Config) => Promise<Finding[]>>> = {
  PostgreSQL: checkDatabase,
  Redis: checkRedis,
  Stripe: checkStripe,
  Webhooks: checkWebhooks,
  Accounts: checkAccounts,
  Mirakl: checkMirakl,
  Mail: checkTelling,
};

const patienceMs = 15_000;

/**
 * `connector doctor`: checks every credential and connection, and says what is wrong and where to mend it. Gives back the
 * exit code: 0 for READY and READY WITH WARNINGS, 1 for NOT READY. A check that is given up on may leave a connection open.
 */
export async function doctor(
  env: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
  options: { json?: boolean },
): Promise<0 | 1> {
  const { config, findings: first } = checkConfiguration(env);
  const findings = config ? [...first, ...(await examine(config))] : first;
  const verdict = verdictOf(findings);
  if (options.json) terminal.say(JSON.stringify({ verdict, findings }, undefined, 2));
  else {
    for (const { level, subject, text, hint } of findings) {
      terminal.say(`${signs[level]} ${subject}: ${text}`);
      if (hint !== undefined) terminal.say(`    → ${hint}`);
    }
    terminal.say(`\n${verdict}`);
  }
  return verdict === 'NOT READY' ? 1 : 0;
}

function verdictOf(findings: readonly Finding[]): 'READY' | 'READY WITH WARNINGS' | 'NOT READY' {
  if (findings.some(({ level }) => level === 'problem')) return 'NOT READY';
  return findings.some(({ level }) => level === 'warning') ? 'READY WITH WARNINGS' : 'READY';
}

async function examine(config: Config): Promise<Finding[]> {
  const found = Object.entries(checks).map(([subject, check]) => inTime(subject, check(config)));
  return (await Promise.all(found)).flat();
}

/** A check that fails or hangs is a finding. */
async function inTime(subject: string, check: Promise<Finding[]>): Promise<Finding[]> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${patienceMs / 1_000} seconds`)), patienceMs);
  try {
    return await Promise.race([check, promise]);
  } catch (error) {
    return [{ level: 'problem', subject, text: errorMessage(error) }];
  } finally {
    clearTimeout(timer);
  }
}

import { type Config, ConfigError, loadConfig } from '@connector/config';
import { ConnectorError, errorMessage } from '@connector/kernel';
import { checkDatabase } from './doctor/check-database.ts';
import { checkMirakl } from './doctor/check-mirakl.ts';
import { checkRedis } from './doctor/check-redis.ts';
import { checkSplit } from './doctor/check-split.ts';
import { checkStripe } from './doctor/check-stripe.ts';
import type { Finding } from './doctor/finding.ts';
import type { Terminal } from './terminal.ts';

const signs = { good: '✓', warning: '!', problem: '✗' } as const;
const patienceMs = 15_000;

/**
 * `connector doctor`: checks every credential and connection, and says what is wrong and where to mend it. Gives back the
 * exit code: 0 for READY and READY WITH WARNINGS, 1 for NOT READY.
 */
export async function doctor(
  env: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
  options: { json?: boolean },
): Promise<0 | 1> {
  const findings = await examine(env);
  const problems = findings.filter(({ level }) => level === 'problem').length;
  const warnings = findings.filter(({ level }) => level === 'warning').length;
  const verdict = problems > 0 ? 'NOT READY' : warnings > 0 ? 'READY WITH WARNINGS' : 'READY';
  if (options.json) terminal.say(JSON.stringify({ verdict, findings }, undefined, 2));
  else {
    for (const { level, subject, text, hint } of findings) {
      terminal.say(`${signs[level]} ${subject}: ${text}`);
      if (hint !== undefined && level !== 'good') terminal.say(`    → ${hint}`);
    }
    terminal.say(`\n${verdict}`);
  }
  return problems > 0 ? 1 : 0;
}

async function examine(env: Readonly<Record<string, string | undefined>>): Promise<Finding[]> {
  let config: Config;
  try {
    config = loadConfig('cli', env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ variable, problem }) => ({
      ...{ level: 'problem', subject: variable, text: problem },
      hint: 'Set it in .env; docs/configuration.md explains it.',
    }));
  }
  const checks = {
    PostgreSQL: checkDatabase,
    Redis: checkRedis,
    Stripe: checkStripe,
    Mirakl: checkMirakl,
    'Payment split': checkSplit,
  };
  const found = await Promise.all(Object.entries(checks).map(([subject, check]) => inTime(subject, check(config))));
  const notes = config.warnings.map((text): Finding => ({ level: 'warning', subject: 'Configuration', text }));
  return [{ level: 'good', subject: 'Configuration', text: 'every variable can be read' }, ...notes, ...found.flat()];
}

/** A check that fails or hangs is a finding. */
async function inTime(subject: string, check: Promise<Finding[]>): Promise<Finding[]> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${patienceMs / 1_000} seconds`)), patienceMs);
  try {
    return await Promise.race([check, promise]);
  } catch (error) {
    const text = error instanceof ConnectorError ? error.message : errorMessage(error);
    return [{ level: 'problem', subject, text }];
  } finally {
    clearTimeout(timer);
  }
}

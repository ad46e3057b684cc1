import { redactText } from './redact.ts';

/** Each rejects when something that the app needs is not there. */
export type HealthChecks = Readonly<Record<string, () => Promise<void>>>;

export type CheckResult = { readonly ok: boolean; readonly message?: string };

const checkTimeoutMs = 2_000;

/** What every check says, by its name. One that hangs has failed after two seconds; messages are without secrets. */
export async function runChecks(checks: HealthChecks): Promise<Readonly<Record<string, CheckResult>>> {
  const results = Object.entries(checks).map(async ([name, check]) => [name, await resultOf(check)] as const);
  return Object.fromEntries(await Promise.all(results));
}

async function resultOf(check: () => Promise<void>): Promise<CheckResult> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(() => timeout.reject(new Error('no answer in time')), checkTimeoutMs);
  try {
    await Promise.race([check(), timeout.promise]);
    return { ok: true };
  } catch (error) {
    return { ok: false, message: redactText(error instanceof Error ? error.message : String(error)) };
  } finally {
    clearTimeout(timer);
  }
}

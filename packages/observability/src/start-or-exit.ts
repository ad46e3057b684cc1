import { redactText } from './redact.ts';

/**
 * Runs what starts an app. If it cannot start, says why in one message a person can act on, and ends the process with 1: an
 * orchestrator starts it again, and nothing hangs.
 */
export async function startOrExit(start: () => Promise<void>): Promise<void> {
  try {
    await start();
  } catch (error) {
    process.stderr.write(`${redactText(reasonOf(error))}\n`);
    process.exit(1);
  }
}

/** Errors of ours and of the system carry a code and explain themselves; anything else is a bug and shows its stack. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && error.message !== '' ? error.message : (error.stack ?? error.message);
}

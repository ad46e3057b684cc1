const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

const shortestPauseMs = 5 * minuteMs;
const longestHoldPauseMs = 6 * hourMs;
const longestFailurePauseMs = 24 * hourMs;

/**
 * When to look again at something that waits for a condition: after a tenth of the time it has waited so far, at least
 * five minutes and at most six hours. What is new is looked at often, what has waited for weeks costs little.
 */
export function nextLookAtHold(waitingSince: Date, now: Date): Date {
  const waitedMs = now.getTime() - waitingSince.getTime();
  return new Date(now.getTime() + Math.min(Math.max(waitedMs / 10, shortestPauseMs), longestHoldPauseMs));
}

/** When to try again what was refused `refusals` times: after 5 minutes, doubling, at most after 24 hours. */
export function nextTryAfterRefusal(refusals: number, now: Date): Date {
  const pauseMs = shortestPauseMs * 2 ** Math.min(Math.max(refusals - 1, 0), 20);
  return new Date(now.getTime() + Math.min(pauseMs, longestFailurePauseMs));
}

/** How long to leave alone, in milliseconds, what was tried `tries` times with an unknown outcome: 2 seconds, doubling, at most 5 minutes. */
export function pauseAfterTrouble(tries: number): number {
  return Math.min(1_000 * 2 ** Math.min(Math.max(tries, 1), 20), shortestPauseMs);
}

/** What a job that was asked for has, in milliseconds, before the recovery sweep asks for it again. */
export const jobHasMs = 2 * minuteMs;

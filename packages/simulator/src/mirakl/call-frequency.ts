import type { Clock } from '@connector/kernel';
import type { Request } from 'express';
import type { Answer } from '../http/answer.ts';
import { refusal } from './refusal.ts';

/**
 * Refuses a listing that comes too soon after the last one of its kind: by path, how many milliseconds there must be between
 * them. Further pages of a listing are free.
 */
export function createFrequencyGuard(
  intervalsMs: Readonly<Record<string, number>>,
  clock: Clock,
): (request: Request) => Answer | undefined {
  const last = new Map<string, number>();
  return ({ path, query }) => {
    const intervalMs = intervalsMs[path];
    if (intervalMs === undefined || Number(query.offset ?? 0) !== 0) return undefined;
    const now = clock().getTime();
    const waitMs = (last.get(path) ?? Number.NEGATIVE_INFINITY) + intervalMs - now;
    if (waitMs > 0) return refusal(429, 'Too many requests', { 'retry-after': String(Math.ceil(waitMs / 1_000)) });
    last.set(path, now);
    return undefined;
  };
}

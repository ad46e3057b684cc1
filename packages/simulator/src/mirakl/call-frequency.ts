import type { Clock } from '@connector/kernel';
import type { Request } from 'express';
import type { Answer } from '../http/answer.ts';
import { refusal } from './refusal.ts';

/** Refuses a listing of orders that comes too soon after the last one. Further pages of a listing are free. */
export function createFrequencyGuard(ordersEveryMs: number, clock: Clock): (request: Request) => Answer | undefined {
  let last = Number.NEGATIVE_INFINITY;
  return (request) => {
    const isListing = request.path === '/api/orders' && Number(request.query.offset ?? 0) === 0;
    if (!isListing) return undefined;
    const now = clock().getTime();
    const waitMs = last + ordersEveryMs - now;
    if (waitMs > 0) return refusal(429, 'Too many requests', { 'retry-after': String(Math.ceil(waitMs / 1_000)) });
    last = now;
    return undefined;
  };
}

import type { Environment } from './environment.ts';
import { type ScheduleText, schedule, timeZone } from './values.ts';

/** Default schedules of the sweeps, by the variable that overrides each. */
const defaults = {
  onboarding: ['SCHEDULE_ONBOARDING', { everyMs: 60_000 }],
  paymentSplit: ['SCHEDULE_PAYMENT_SPLIT', { everyMs: 5 * 60_000 }],
  paymentValidation: ['SCHEDULE_PAYMENT_VALIDATION', { everyMs: 5 * 60_000 }],
  paymentRefund: ['SCHEDULE_PAYMENT_REFUND', { everyMs: 5 * 60_000 }],
  sellerSettlement: ['SCHEDULE_SELLER_SETTLEMENT', { cron: '15 2 * * *' }],
  kycMonitor: ['SCHEDULE_KYC_MONITOR', { cron: '45 1 * * *' }],
  notifications: ['SCHEDULE_NOTIFICATIONS', { everyMs: 30_000 }],
  alerting: ['SCHEDULE_ALERTING', { cron: '0 7 * * *' }],
  reconciliation: ['SCHEDULE_RECONCILIATION', { cron: '30 4 * * *' }],
  recovery: ['SCHEDULE_RECOVERY', { everyMs: 60_000 }],
} as const satisfies Record<string, readonly [string, ScheduleText]>;

export type ScheduledSweep = keyof typeof defaults;

/** Every so many milliseconds, or at the times of a cron pattern in a time zone. */
export type Schedule = { readonly everyMs: number } | { readonly cron: string; readonly timeZone: string };

/** When each sweep runs. */
export function readSchedules(env: Environment): Readonly<Record<ScheduledSweep, Schedule>> {
  const zone = env.withDefault('SCHEDULE_TIME_ZONE', timeZone, 'UTC');
  const read = (variable: string, fallback: ScheduleText): Schedule => {
    const found = env.withDefault<ScheduleText>(variable, schedule, fallback) ?? fallback;
    return 'cron' in found ? { ...found, timeZone: zone } : found;
  };
  return Object.fromEntries(
    Object.entries(defaults).map(([sweep, [variable, fallback]]) => [sweep, read(variable, fallback)]),
  ) as Record<ScheduledSweep, Schedule>;
}

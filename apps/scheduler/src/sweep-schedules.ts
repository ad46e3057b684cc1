import type { Config } from '@connector/config';
import type { Schedule, Schedules, SweepName } from '@connector/queues';

/** When each sweep that is switched on runs. */
export function sweepSchedules({ schedules, onboarding, split, refund, mail, notifications }: Config): Schedules {
  const chosen: [SweepName, Schedule, boolean][] = [
    ['onboarding.find-shops', schedules.onboarding, onboarding.enabled],
    ['payment-validation.validate-product-orders', schedules.paymentValidation, true],
    ['payment-validation.validate-service-orders', schedules.paymentValidation, true],
    ['payment-validation.plan-captures', schedules.paymentValidation, true],
    ['payment-split.plan-new-product-orders', schedules.paymentSplit, split.product],
    ['payment-split.plan-due-product-orders', schedules.paymentSplit, split.product],
    ['payment-split.plan-new-service-orders', schedules.paymentSplit, split.service],
    ['payment-split.plan-due-service-orders', schedules.paymentSplit, split.service],
    ['refunds.plan-product-refunds', schedules.paymentRefund, refund.product],
    ['refunds.plan-service-refunds', schedules.paymentRefund, refund.service],
    ['refunds.plan-reversals', schedules.paymentRefund, refund.product || refund.service],
    ['settlement.plan-invoices', schedules.sellerSettlement, true],
    ['kyc.monitor-accounts', schedules.kycMonitor, onboarding.enabled],
    ['notifications.find-alarms', schedules.notifications, notifications !== undefined],
    ['alerting.mail-failures', schedules.alerting, mail !== undefined],
    ['reconciliation.compare', schedules.reconciliation, true],
    ['recovery.ring-waiting-work', schedules.recovery, true],
  ];
  return Object.fromEntries(chosen.filter(([, , on]) => on).map(([name, schedule]) => [name, schedule]));
}

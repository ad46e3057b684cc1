import { z } from 'zod';
import { type JobPolicy, moneyMove, sweepRound, word } from './job-policy.ts';
import type { QueueName } from './queue-names.ts';

/**
 * `deduplication: 'while-waiting-or-running'`: one job of this name and data at a time, a second one is dropped.
 * `'rings-again'`: a second one that comes while the first runs is kept and runs after it (a doorbell).
 */
type JobDefinition<Queue extends QueueName, Data extends z.ZodType> = {
  readonly queue: Queue;
  readonly data: Data;
  readonly policy: JobPolicy;
  readonly deduplication: 'while-waiting-or-running' | 'rings-again';
};

const nothing = z.strictObject({});
const shop = z.strictObject({ shopId: z.int().nonnegative() });
const account = z.strictObject({ accountId: z.string().min(1) });
const transfer = z.strictObject({ transferId: z.int().positive() });
const refund = z.strictObject({ refundId: z.int().positive() });
const stripeRefund = z.strictObject({ stripeRefundId: z.string().min(1) });
const payment = z.strictObject({ paymentId: z.int().positive() });
const charge = z.strictObject({ chargeId: z.string().min(1) });
const paymentIntent = z.strictObject({ paymentIntentId: z.string().min(1) });
const payout = z.strictObject({ payoutId: z.string().min(1), accountId: z.string().min(1) });
const commercialOrder = z.strictObject({ commercialOrderId: z.string().min(1) });
const notification = z.strictObject({ notificationId: z.int().positive() });

/** `all`: also what is not due yet. */
const dueWork = z.strictObject({ all: z.boolean().optional() });

const sweep = job('sweeps', nothing, sweepRound, 'while-waiting-or-running');
const dueSweep = job('sweeps', dueWork, sweepRound, 'while-waiting-or-running');

/** Every job there is: where it waits, what it carries (ids, never facts or persons), how often it is tried. */
export const jobCatalog = {
  'onboarding.find-shops': sweep,
  'onboarding.onboard-seller': job('onboarding', shop, moneyMove, 'while-waiting-or-running'),
  'onboarding.write-links': job('onboarding', nothing, moneyMove, 'rings-again'),
  'kyc.follow-account': job('kyc', account, moneyMove, 'rings-again'),
  'kyc.monitor-accounts': sweep,
  'kyc.write-shops': job('kyc', nothing, moneyMove, 'rings-again'),
  'payment-validation.follow-charge': job('payment-validation', charge, moneyMove, 'rings-again'),
  'payment-validation.follow-payment-intent': job('payment-validation', paymentIntent, moneyMove, 'rings-again'),
  'payment-validation.validate-product-orders': dueSweep,
  'payment-validation.validate-service-orders': dueSweep,
  // Rings again: what was validated while a round reads its orders is for the next one.
  'payment-validation.plan-captures': job('sweeps', dueWork, sweepRound, 'rings-again'),
  'payment-validation.capture-payment': job('payment-validation', payment, moneyMove, 'while-waiting-or-running'),
  'payment-split.plan-new-product-orders': sweep,
  'payment-split.plan-due-product-orders': dueSweep,
  'payment-split.plan-new-service-orders': sweep,
  'payment-split.plan-due-service-orders': dueSweep,
  'payment-split.release-order': job('payment-split', commercialOrder, sweepRound, 'rings-again'),
  'payment-split.release-shop': job('payment-split', shop, sweepRound, 'rings-again'),
  'payment-split.send-transfer': job('payment-split', transfer, moneyMove, 'while-waiting-or-running'),
  'refunds.plan-product-refunds': dueSweep,
  'refunds.plan-service-refunds': dueSweep,
  'refunds.plan-reversals': job('sweeps', dueWork, sweepRound, 'rings-again'),
  'refunds.release-order': job('refunds', commercialOrder, sweepRound, 'rings-again'),
  'refunds.release-shop': job('refunds', shop, sweepRound, 'rings-again'),
  'refunds.send-refund': job('refunds', refund, moneyMove, 'while-waiting-or-running'),
  'refunds.follow-refund': job('refunds', stripeRefund, moneyMove, 'rings-again'),
  'refunds.confirm-refunds': job('refunds', nothing, moneyMove, 'rings-again'),
  'refunds.send-reversal': job('refunds', transfer, moneyMove, 'while-waiting-or-running'),
  'notifications.find-alarms': sweep,
  'notifications.deliver': job('notifications', notification, word, 'while-waiting-or-running'),
  'notifications.mail-endpoint-down': job('notifications', notification, word, 'while-waiting-or-running'),
  'alerting.mail-failures': sweep,
  'settlement.plan-invoices': dueSweep,
  'settlement.settle-seller': job('settlement', shop, moneyMove, 'rings-again'),
  'settlement.release-shop': job('settlement', shop, sweepRound, 'rings-again'),
  'settlement.follow-payout': job('settlement', payout, moneyMove, 'rings-again'),
  'reconciliation.compare': sweep,
  'recovery.ring-waiting-work': sweep,
} as const;

export type JobName = keyof typeof jobCatalog;
export type JobData<Name extends JobName> = z.infer<(typeof jobCatalog)[Name]['data']>;
/** The jobs that a schedule starts. */
export type SweepName = {
  [Name in JobName]: (typeof jobCatalog)[Name]['queue'] extends 'sweeps' ? Name : never;
}[JobName];

/** Whether this text, out of Redis or from the command line, names one of our jobs. */
export function isJobName(text: string): text is JobName {
  return Object.hasOwn(jobCatalog, text);
}

function job<Queue extends QueueName, Data extends z.ZodType>(
  queue: Queue,
  data: Data,
  policy: JobPolicy,
  deduplication: JobDefinition<Queue, Data>['deduplication'],
): JobDefinition<Queue, Data> {
  return { queue, data, policy, deduplication };
}

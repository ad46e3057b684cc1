export { type CaptureOutcome, type CapturePaymentDeps, capturePayment } from './capture-payment.ts';
export type { CaptureRules } from './decide-captures.ts';
export type { ValidationRules } from './decide-debit.ts';
export { type FollowChargeDeps, followCharge, followPaymentIntent } from './follow-charge.ts';
export { findPaymentsOf } from './payment-mappings-table.ts';
export { type PlanCapturesDeps, planCaptures } from './plan-captures.ts';
export { type ValidateDebitsDeps, validateDebits } from './validate-debits.ts';

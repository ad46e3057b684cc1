import { ConnectorError } from '@connector/kernel';

/** Workflows that can be started by name. */
export const workflowNames = ['onboarding', 'payment-split'] as const;

export type WorkflowName = (typeof workflowNames)[number];

/** The old crontab's names → what they start. */
export const crontabNames: Readonly<Record<string, string>> = {
  'connector:sync:onboarding': 'onboarding',
  'connector:validate:pending-debit': 'payment-validation',
  'connector:dispatch:process-transfer': 'payment-split',
  'connector:dispatch:process-refund': 'payment-refund',
  'connector:dispatch:process-payout': 'seller-settlement',
  'connector:dispatch:monitor-kyc-status': 'kyc-monitor',
  'connector:notify:failed-operation': 'alerting',
};

const later = [
  'kyc-monitor',
  'payment-validation',
  'payment-refund',
  'seller-settlement',
  'alerting',
  'reconciliation',
];

/** The workflow of this name. Throws `workflow_unknown` for a wrong one, and for one that this version does not have yet. */
export function workflowOf(name: string): WorkflowName {
  const found = workflowNames.find((each) => each === name);
  if (found) return found;
  const why = later.includes(name) ? 'is not part of this version yet' : 'is no workflow';
  throw new ConnectorError(`${name} ${why}. There are: ${workflowNames.join(', ')}`, {
    code: 'workflow_unknown',
    retryable: false,
  });
}

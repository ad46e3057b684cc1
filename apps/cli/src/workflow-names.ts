import type { QueueName } from '@connector/queues';

/** Workflows that can be started by name, and the queues that their jobs wait in. */
export const workflowQueues = {
  onboarding: ['sweeps', 'onboarding'],
  'kyc-monitor': ['sweeps', 'kyc'],
  'payment-validation': ['sweeps', 'payment-validation', 'payment-split'],
  'payment-split': ['sweeps', 'payment-split'],
  'payment-refund': ['sweeps', 'refunds'],
  'seller-settlement': ['sweeps', 'settlement'],
  alerting: ['sweeps'],
  reconciliation: ['sweeps'],
} as const satisfies Record<string, readonly QueueName[]>;

export type WorkflowName = keyof typeof workflowQueues;

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

/** Whether this version can run a workflow of this name. */
export function isWorkflowName(name: string): name is WorkflowName {
  return Object.hasOwn(workflowQueues, name);
}

/** That there is no workflow of this name, and which there are. */
export function explainUnknownWorkflow(name: string): string {
  return `${name} is no workflow. There are: ${Object.keys(workflowQueues).join(', ')}`;
}

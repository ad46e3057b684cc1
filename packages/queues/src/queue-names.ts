/** Every queue. A worker pod serves all of them or those named in `WORKER_QUEUES`. */
export const queueNames = [
  'sweeps',
  'onboarding',
  'kyc',
  'payment-validation',
  'payment-split',
  'refunds',
  'settlement',
  'notifications',
] as const;

export type QueueName = (typeof queueNames)[number];

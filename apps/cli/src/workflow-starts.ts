import type { Config } from '@connector/config';
import type { Database } from '@connector/database';
import { ConnectorError, systemClock } from '@connector/kernel';
import { enqueue, type Queues } from '@connector/queues';
import { requestLook, requestOnboarding, requestSettlement } from '@connector/workflows';
import type { WorkflowName } from './workflow-names.ts';

export type WorkflowStartDeps = { readonly config: Config; readonly db: Database; readonly queues: Queues };

export type WorkflowStartInput = {
  readonly workflow: WorkflowName;
  readonly run: string;
  readonly shopId?: number | undefined;
  /** Take also what is not due yet. */
  readonly all: boolean;
};

/** Enqueues one job that a workflow begins with. Gives back how many were added: 0 if the same one waits or runs already. */
export type WorkflowStart = () => Promise<number>;

/**
 * What a workflow begins with. Throws `workflow_disabled` if the configuration has switched it off, `workflow_not_for_one_shop`
 * if it cannot be had for one shop.
 */
export function workflowStarts(deps: WorkflowStartDeps, input: WorkflowStartInput): WorkflowStart[] {
  const { queues, config } = deps;
  const { run, shopId } = input;
  const due = input.all ? { all: true } : {};
  if (input.workflow === 'payment-refund') return startRefunds(deps, input);
  if (input.workflow === 'alerting') return [startAlerting(deps, input)];
  if (input.workflow === 'reconciliation') {
    if (shopId !== undefined) throw notForOneShop('All shops are compared together');
    return [() => enqueue(queues, 'reconciliation.compare', [{}], { run })];
  }
  if (input.workflow === 'payment-validation') {
    if (shopId !== undefined) throw notForOneShop('Buyers pay for orders of several shops in one go');
    return [
      () => enqueue(queues, 'payment-validation.validate-product-orders', [due], { run }),
      () => enqueue(queues, 'payment-validation.validate-service-orders', [due], { run }),
      () => enqueue(queues, 'payment-validation.plan-captures', [due], { run }),
    ];
  }
  if (input.workflow === 'seller-settlement') return startSettlement(deps, input);
  if (input.workflow === 'onboarding') {
    if (shopId !== undefined) return [() => requestOnboarding({ ...deps, now: systemClock }, { shopId, run })];
    return [() => enqueue(queues, 'onboarding.find-shops', [{}], { run })];
  }
  if (input.workflow === 'kyc-monitor') {
    if (shopId !== undefined) return [() => requestLook(deps, { shopId, run })];
    return [() => enqueue(queues, 'kyc.monitor-accounts', [{}], { run })];
  }
  if (shopId !== undefined) return [() => enqueue(queues, 'payment-split.release-shop', [{ shopId }], { run })];
  const kinds = (['product', 'service'] as const).filter((kind) => config.split[kind]);
  if (kinds.length === 0) {
    throw new ConnectorError(
      'Payments are not split: ENABLE_PRODUCT_PAYMENT_SPLIT and ENABLE_SERVICE_PAYMENT_SPLIT are false',
      { code: 'workflow_disabled', retryable: false },
    );
  }
  return kinds.flatMap((kind) => [
    () => enqueue(queues, `payment-split.plan-new-${kind}-orders`, [{}], { run }),
    () => enqueue(queues, `payment-split.plan-due-${kind}-orders`, [due], { run }),
  ]);
}

function startRefunds({ queues, config }: WorkflowStartDeps, input: WorkflowStartInput): WorkflowStart[] {
  const { run, shopId } = input;
  const kinds = (['product', 'service'] as const).filter((kind) => config.refund[kind]);
  if (kinds.length === 0) {
    throw new ConnectorError(
      'Refunds are off: ENABLE_PRODUCT_PAYMENT_REFUND and ENABLE_SERVICE_PAYMENT_REFUND are false',
      { code: 'workflow_disabled', retryable: false },
    );
  }
  if (shopId !== undefined) return [() => enqueue(queues, 'refunds.release-shop', [{ shopId }], { run })];
  const due = input.all ? { all: true } : {};
  return [
    ...kinds.map((kind) => () => enqueue(queues, `refunds.plan-${kind}-refunds`, [due], { run })),
    () => enqueue(queues, 'refunds.plan-reversals', [due], { run }),
  ];
}

/** Of one shop what the ledger knows is settled at once; Mirakl's list of invoices is that of all shops, once a day. */
function startSettlement(deps: WorkflowStartDeps, { run, shopId, all }: WorkflowStartInput): WorkflowStart[] {
  const due = all ? { all } : {};
  if (shopId === undefined) return [() => enqueue(deps.queues, 'settlement.plan-invoices', [due], { run })];
  return [
    () => requestSettlement({ ...deps, now: systemClock }, { shopId, run }),
    () => enqueue(deps.queues, 'settlement.plan-invoices', [{}], { run }),
  ];
}

function startAlerting({ queues, config }: WorkflowStartDeps, { run, shopId }: WorkflowStartInput): WorkflowStart {
  if (config.mail === undefined) {
    throw new ConnectorError('Mail is off: it needs MAILER_DSN, TECHNICAL_ALERT_EMAIL and TECHNICAL_ALERT_EMAIL_FROM', {
      ...{ code: 'workflow_disabled', retryable: false },
    });
  }
  if (shopId !== undefined) throw notForOneShop('Alerting is about all shops together');
  return () => enqueue(queues, 'alerting.mail-failures', [{}], { run });
}

function notForOneShop(why: string): ConnectorError {
  return new ConnectorError(`${why}: leave the shop out`, { code: 'workflow_not_for_one_shop', retryable: false });
}

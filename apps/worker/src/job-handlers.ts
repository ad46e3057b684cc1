import type { Config } from '@connector/config';
import type { Database } from '@connector/database';
import type { Clock } from '@connector/kernel';
import type { Logger } from '@connector/observability';
import type { JobHandlers, Queues, SweepName } from '@connector/queues';
import {
  capturePayment,
  confirmRefunds,
  deliverNotification,
  findAlarms,
  findShops,
  followAccount,
  followCharge,
  followPaymentIntent,
  followPayout,
  followRefund,
  mailEndpointDown,
  mailFailures,
  monitorAccounts,
  onboardSeller,
  planCaptures,
  planDueOrders,
  planInvoices,
  planNewOrders,
  planRefunds,
  planReversals,
  reconcile,
  releaseOrder,
  releaseOrderRefunds,
  releaseSettlement,
  releaseShop,
  releaseShopRefunds,
  rememberPlatformAccount,
  ringWaitingWork,
  runSweep,
  type SweepRound,
  sendRefund,
  sendReversal,
  sendTransfer,
  settleSeller,
  validateDebits,
  writeLinks,
  writeShops,
} from '@connector/workflows';
import type { Clients } from './open-clients.ts';

export type JobHandlerDeps = Clients & {
  readonly config: Config;
  readonly db: Database;
  readonly queues: Queues;
  readonly now: Clock;
  readonly log: Logger;
  readonly version: string;
};

/** The step of a workflow behind each job. */
export function jobHandlers({ config, ...clients }: JobHandlerDeps): JobHandlers {
  const { onboarding, split, notifications } = config;
  const fields = { link: onboarding.linkField, ignored: onboarding.ignoredField };
  const rules = {
    payOutPspCodes: config.mirakl.payOutPspCodes,
    splitWithoutCharge: split.withoutCharge,
    taxSplit: split.tax,
  };
  const { prefill, accountMetadata } = onboarding;
  const deps = { ...clients, fields, rules, prefill, accountMetadata };
  const payments = { ...deps, metadataKey: config.payment.metadataKey, rules: config.payment };
  const links = {
    linkKind: onboarding.linkKind,
    refreshUrl: `${config.http.publicUrl}/api/public/onboarding/refresh`,
    returnUrl: onboarding.returnUrl,
  };
  const kyc = {
    ...deps,
    rules: { tellsOfBlocks: onboarding.kycUpdatesMirakl, linkKind: onboarding.linkKind },
    notifies: notifications !== undefined,
  };
  const telling = {
    endpoint: notifications,
    notifies: notifications !== undefined,
    mailsWhenDown: clients.mailer !== undefined && (notifications?.mailWhenDown ?? false),
    mailCooldownMs: notifications?.mailCooldownMs ?? 0,
  };
  const settlement = {
    ...deps,
    rules: { ...rules, shopModels: config.mirakl.shopModels, partsCheck: config.settlement.partsCheck },
    platformAccount: rememberPlatformAccount(clients.stripe),
  };
  const { startDate } = split;
  const refundKinds = (['product', 'service'] as const).filter((kind) => config.refund[kind]);
  const kinds = (['product', 'service'] as const).filter((kind) => split[kind]);
  const reconciliation = { ...deps, rules: { ...config.reconciliation, startDate, kinds }, paysRefunds: config.refund };
  // Who waits for a run of his own is not served by one that began before.
  const sweep = (name: SweepName, run: string | undefined, round: (sweep: SweepRound) => Promise<string>) =>
    runSweep(deps, name, round, { insists: run !== undefined });

  return {
    'onboarding.find-shops': (_, { run }) =>
      sweep('onboarding.find-shops', run, (round) => findShops(deps, { run }, round)),
    'onboarding.onboard-seller': ({ shopId }, { run }) => onboardSeller(deps, { shopId, run }),
    'onboarding.write-links': (_, { run }) => writeLinks({ ...deps, ...links }, { run }),
    'kyc.follow-account': ({ accountId }, { run }) => followAccount(kyc, { accountId, run }),
    'kyc.monitor-accounts': (_, { run }) =>
      sweep('kyc.monitor-accounts', run, (round) => monitorAccounts(kyc, { run }, round)),
    'kyc.write-shops': (_, { run }) => writeShops({ ...deps, ...links }, { run }),
    'payment-validation.follow-charge': ({ chargeId }, { run }) => followCharge(payments, { chargeId, run }),
    'payment-validation.follow-payment-intent': ({ paymentIntentId }, { run }) =>
      followPaymentIntent(payments, { paymentIntentId, run }),
    'payment-validation.validate-product-orders': ({ all }, { run }) =>
      sweep('payment-validation.validate-product-orders', run, (round) =>
        validateDebits(payments, { kind: 'product', all, run }, round),
      ),
    'payment-validation.validate-service-orders': ({ all }, { run }) =>
      sweep('payment-validation.validate-service-orders', run, (round) =>
        validateDebits(payments, { kind: 'service', all, run }, round),
      ),
    'payment-validation.plan-captures': ({ all }, { run }) =>
      sweep('payment-validation.plan-captures', run, (round) => planCaptures(payments, { all, run }, round)),
    'payment-validation.capture-payment': ({ paymentId }, { run }) => capturePayment(deps, { paymentId, run }),
    'payment-split.plan-new-product-orders': (_, { run }) =>
      sweep('payment-split.plan-new-product-orders', run, (round) =>
        planNewOrders(deps, { kind: 'product', startDate, run }, round),
      ),
    'payment-split.plan-new-service-orders': (_, { run }) =>
      sweep('payment-split.plan-new-service-orders', run, (round) =>
        planNewOrders(deps, { kind: 'service', startDate, run }, round),
      ),
    'payment-split.plan-due-product-orders': ({ all }, { run }) =>
      sweep('payment-split.plan-due-product-orders', run, (round) =>
        planDueOrders(deps, { kind: 'product', all, run }, round),
      ),
    'payment-split.plan-due-service-orders': ({ all }, { run }) =>
      sweep('payment-split.plan-due-service-orders', run, (round) =>
        planDueOrders(deps, { kind: 'service', all, run }, round),
      ),
    'payment-split.release-order': ({ commercialOrderId }, { run }) => releaseOrder(deps, { commercialOrderId, run }),
    'payment-split.release-shop': ({ shopId }, { run }) => releaseShop(deps, { shopId, run }),
    'payment-split.send-transfer': ({ transferId }) => sendTransfer(deps, { transferId }),
    'refunds.plan-product-refunds': ({ all }, { run }) =>
      sweep('refunds.plan-product-refunds', run, (round) => planRefunds(deps, { kind: 'product', all, run }, round)),
    'refunds.plan-service-refunds': ({ all }, { run }) =>
      sweep('refunds.plan-service-refunds', run, (round) => planRefunds(deps, { kind: 'service', all, run }, round)),
    'refunds.plan-reversals': ({ all }, { run }) =>
      sweep('refunds.plan-reversals', run, (round) => planReversals(deps, { all, run }, round)),
    'refunds.release-order': ({ commercialOrderId }, { run }) => releaseOrderRefunds(deps, { commercialOrderId, run }),
    'refunds.release-shop': ({ shopId }, { run }) => releaseShopRefunds({ ...deps, refundKinds }, { shopId, run }),
    'refunds.send-refund': ({ refundId }, { run }) => sendRefund(deps, { refundId, run }),
    'refunds.follow-refund': ({ stripeRefundId }, { run }) => followRefund(deps, { stripeRefundId, run }),
    'refunds.confirm-refunds': (_, { run }) => confirmRefunds(deps, { run }),
    'refunds.send-reversal': ({ transferId }) => sendReversal(deps, { transferId }),
    'settlement.plan-invoices': ({ all }, { run }) =>
      sweep('settlement.plan-invoices', run, (round) =>
        planInvoices(settlement, { startDate, all, scheduled: run === undefined, run }, round),
      ),
    'settlement.settle-seller': ({ shopId }, { run, attempt }) => settleSeller(settlement, { shopId, attempt, run }),
    'settlement.release-shop': ({ shopId }, { run }) => releaseSettlement(settlement, { shopId, run }),
    'settlement.follow-payout': ({ payoutId, accountId }) => followPayout(settlement, { payoutId, accountId }),
    'notifications.deliver': ({ notificationId }) => deliverNotification({ ...deps, ...telling }, { notificationId }),
    'notifications.find-alarms': (_, { run }) =>
      sweep('notifications.find-alarms', run, (round) => findAlarms(deps, round)),
    'notifications.mail-endpoint-down': ({ notificationId }) =>
      mailEndpointDown({ ...deps, ...telling }, { notificationId }),
    'alerting.mail-failures': (_, { run }) => sweep('alerting.mail-failures', run, () => mailFailures(deps)),
    // Insists: one that was cut off goes on when the turn of the dead worker has run out, and not a day later.
    'reconciliation.compare': () =>
      runSweep(deps, 'reconciliation.compare', (round) => reconcile(reconciliation, round), { insists: true }),
    'recovery.ring-waiting-work': (_, { run }) =>
      sweep('recovery.ring-waiting-work', run, () => ringWaitingWork({ ...deps, ...telling })),
  };
}

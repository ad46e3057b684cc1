import type { Database } from '@connector/database';
import { type Clock, currencyOf, type Money, moneyFromMinor } from '@connector/kernel';
import { enqueue, type Queues } from '@connector/queues';
import { createTransfer, findTransfer, type StripeClient, type TransferRequest } from '@connector/stripe';
import { type OperationRow, transferLedger } from '../operation/ledger.ts';
import { idempotencyKey, lookFrom } from '../operation/round.ts';
import { type Claim, claimOperation, type Done, type NotSent } from '../operation/rounds-table.ts';
import { demandNoLease, type OperationOutcome, type Prepared, runOperation } from '../operation/run-operation.ts';
import { statusReason } from '../status-reason.ts';
import { chooseSource } from './choose-source.ts';
import { decideAmount } from './decide-payment.ts';
import { findPayee, type Payee } from './payees-table.ts';
import { ringDueOrders } from './ring-due-orders.ts';
import { splitTypes } from './transfer.ts';
import { makeFailedTransferDue, makeHeldTransfersDue } from './transfers-table.ts';
import { weighingJobOf } from './weighing-job.ts';

export type SendTransferDeps = {
  readonly db: Database;
  readonly stripe: StripeClient;
  readonly queues: Queues;
  readonly now: Clock;
  readonly version: string;
};

export type SendOutcome = OperationOutcome | 'due again';

/**
 * Sends one transfer that is ready to be sent (workflows.md, section 4, rules 6 to 8): claim, one call, record. Whatever
 * dies in between, a repeat with the stored key and request leads to one transfer.
 *
 * Throws `operation_refused` after a definite refusal is on record, Stripe's own error when the outcome is unknown or the call
 * should come later, and `claimed_elsewhere` while another worker is at it; the row is then ready to be repeated.
 */
export async function sendTransfer(deps: SendTransferDeps, input: { transferId: number }): Promise<SendOutcome> {
  const claimed = await claimOperation(deps.db, transferLedger, input.transferId, deps.now());
  if (!claimed) return notClaimed(deps, input.transferId);
  const transfer = await describe(deps.db, claimed.row);
  const { claim } = claimed;
  const outcome = await runOperation(deps, {
    ...{ ledger: transferLedger, claim },
    lookUp: () => lookUp(deps.stripe, claim, transfer),
    prepare: (round) => prepare(deps, transfer, round),
    async call({ key, request }) {
      // What was stored beside its key is what was prepared.
      const body = { request: request as TransferRequest, idempotencyKey: key };
      return created(await createTransfer(deps.stripe, body));
    },
  });
  if (outcome === 'done' || outcome === 'found on Stripe') await releaseReversals(deps, claimed.row);
  return outcome;
}

/** What was refunded before the seller had anything can be taken back now, before he is paid out. */
async function releaseReversals(
  { db, queues, now }: SendTransferDeps,
  { mirakl_commercial_order_id: reversalsOf }: OperationRow<'stripe_transfer'>,
): Promise<void> {
  if (reversalsOf === null) return;
  await ringDueOrders(queues, await makeHeldTransfersDue(db, { reversalsOf }, now()), undefined);
}

type TransferToSend = {
  readonly row: OperationRow<'stripe_transfer'>;
  readonly amount: Money;
  readonly payee: Payee;
};

async function describe(db: Database, row: OperationRow<'stripe_transfer'>): Promise<TransferToSend> {
  const payee = row.account_mapping_id === null ? undefined : await findPayee(db, row.account_mapping_id);
  const currency = currencyOf(row.currency ?? '');
  if (!payee || !currency || row.amount === null) {
    throw new Error(`transfer ${row.id} is pending without an account, an amount or a currency`);
  }
  return { row, amount: moneyFromMinor(row.amount, currency), payee };
}

async function lookUp(stripe: StripeClient, claim: Claim, { row, payee }: TransferToSend): Promise<Done | undefined> {
  const sent = claim.open?.request as TransferRequest | undefined;
  const found = await findTransfer(stripe, {
    destination: sent?.destination ?? payee.accountId,
    createdFrom: lookFrom({
      firstSentAt: claim.open?.firstSentAt,
      recordedAt: claim.createdAt,
      onMiraklSince: row.mirakl_created_date,
    }),
    matches: ({ metadata }) => metadata.miraklId === row.mirakl_id,
  });
  return found && created(found);
}

function created({ transferId, requestId }: { transferId: string; requestId?: string | undefined }): Done {
  return { status: 'TRANSFER_CREATED', columns: { transfer_id: transferId }, requestId };
}

/** What to send, if the shop and the payment allow it; otherwise why not. */
async function prepare(deps: SendTransferDeps, transfer: TransferToSend, round: number): Promise<Prepared | NotSent> {
  const { row, payee } = transfer;
  const shopId = row.mirakl_shop_id ?? 0;
  if (payee.ignored) return { kind: 'ignore', reason: statusReason.shopIgnored(shopId) };
  if (payee.kycBlocked) return { kind: 'hold', reason: statusReason.payoutsDisabled(shopId) };

  const payment =
    row.transaction_id === null ? undefined : await chooseSource(deps, { ...transfer, paymentId: row.transaction_id });
  if (payment && payment.kind !== 'pay') return payment;
  const nothing = decideAmount(transfer.amount);
  if (nothing) return nothing;

  const chargeId = payment?.chargeId;
  return {
    kind: 'send',
    key: idempotencyKey(row.type, row.mirakl_id, round),
    request: transferBody(transfer, chargeId, deps.version),
    columns: { transaction_id: chargeId ?? null },
  };
}

/** Stripe: `POST /v1/transfers` (docs.stripe.com/api/transfers/create). */
function transferBody({ row, amount, payee }: TransferToSend, chargeId: string | undefined, version: string) {
  const metadata = {
    miraklId: row.mirakl_id,
    miraklShopId: String(row.mirakl_shop_id ?? ''),
    ...(row.mirakl_commercial_order_id === null ? {} : { miraklCommercialOrderId: row.mirakl_commercial_order_id }),
    ...(row.mirakl_created_date === null ? {} : { miraklOrderDate: row.mirakl_created_date.toISOString() }),
    pluginName: 'stripe-mirakl-connector',
    pluginVersion: version,
  };
  return {
    amount: Number(amount.minor),
    currency: amount.currency.toLowerCase(),
    destination: payee.accountId,
    ...(chargeId === undefined ? {} : { source_transaction: chargeId }),
    metadata,
  };
}

/** Why there was nothing to claim: it is settled, somebody else is at it, or it has failed and somebody retries its job by hand. */
async function notClaimed(deps: SendTransferDeps, transferId: number): Promise<SendOutcome> {
  await demandNoLease(deps, transferLedger, transferId);
  // The order is asked for again and weighed, without waiting for its time.
  const type = await makeFailedTransferDue(deps.db, transferId, splitTypes, deps.now());
  if (!type) return 'already handled';
  await enqueue(deps.queues, weighingJobOf[type], [{}]);
  return 'due again';
}

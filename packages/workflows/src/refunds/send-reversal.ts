import type { Database } from '@connector/database';
import { type Clock, compareMoney, currencyOf, formatMoney, type Money, moneyFromMinor } from '@connector/kernel';
import { enqueue, type Queues } from '@connector/queues';
import {
  createTransferReversal,
  findTransferReversal,
  retrieveTransfer,
  StripeCallError,
  type StripeClient,
  type Transfer,
  type TransferReversal,
  type TransferReversalRequest,
} from '@connector/stripe';
import { type OperationRow, transferLedger } from '../operation/ledger.ts';
import { idempotencyKey } from '../operation/round.ts';
import { claimOperation, type Done, type NotSent } from '../operation/rounds-table.ts';
import { demandNoLease, type OperationOutcome, type Prepared, runOperation } from '../operation/run-operation.ts';
import { makeFailedTransferDue, orderOfTransfer } from '../payment-split/index.ts';
import { statusReason } from '../status-reason.ts';
import { findRefundOfReversal } from './reversals-table.ts';

export type SendReversalDeps = {
  readonly db: Database;
  readonly stripe: StripeClient;
  readonly queues: Queues;
  readonly now: Clock;
  readonly version: string;
};

export type SendReversalOutcome = OperationOutcome | 'due again';

/** What is stored beside the key: which transfer, and the body of its reversal. */
type StoredRequest = TransferReversalRequest & { readonly transfer: string };

/**
 * Takes back what a seller, or the tax account, owes for a refund (workflows.md, section 5): claim, one call, record. Never more
 * than is left of the transfer (lessons.md, L22). Whatever dies in between, a repeat with the stored key and request leads to
 * one reversal.
 *
 * Throws like `sendTransfer`. A seller whose balance does not suffice is `operation_refused`, and tried again later.
 */
export async function sendReversal(
  deps: SendReversalDeps,
  { transferId }: { readonly transferId: number },
): Promise<SendReversalOutcome> {
  const claimed = await claimOperation(deps.db, transferLedger, transferId, deps.now());
  if (!claimed) return notClaimed(deps, transferId);
  const reversal = describe(claimed.row);
  const { claim } = claimed;
  return runOperation(deps, {
    ...{ ledger: transferLedger, claim },
    lookUp: () => lookUp(deps.stripe, reversal, claim.open?.request as StoredRequest | undefined),
    prepare: (round) => prepare(deps, reversal, round),
    async call({ key, request: stored }) {
      // What was stored beside its key is what was prepared.
      const { transfer, ...request } = stored as StoredRequest;
      return reversed(
        await createTransferReversal(deps.stripe, { transferId: transfer, request, idempotencyKey: key }),
      );
    },
  });
}

type ReversalToSend = {
  readonly row: OperationRow<'stripe_transfer'>;
  readonly amount: Money;
  /** The transfer that is reversed. */
  readonly reversedId: string;
};

function describe(row: OperationRow<'stripe_transfer'>): ReversalToSend {
  const currency = currencyOf(row.currency ?? '');
  if (!currency || row.amount === null || row.transaction_id === null) {
    throw new Error(`reversal ${row.id} is pending without a transfer, an amount or a currency`);
  }
  return { row, amount: moneyFromMinor(row.amount, currency), reversedId: row.transaction_id };
}

async function lookUp(
  stripe: StripeClient,
  { row, reversedId }: ReversalToSend,
  sent: StoredRequest | undefined,
): Promise<Done | undefined> {
  const transferId = sent?.transfer ?? reversedId;
  const found = await findTransferReversal(stripe, { transferId, matches: (made) => isThis(made, row.mirakl_id) });
  return found && reversed(found);
}

/** The old connector wrote our Mirakl id as that of the refund. */
function isThis({ metadata }: TransferReversal, miraklId: string): boolean {
  return (metadata.miraklId ?? metadata.miraklRefundId) === miraklId;
}

function reversed({ reversalId, requestId }: { reversalId: string; requestId: string | undefined }): Done {
  return { status: 'TRANSFER_CREATED', columns: { transfer_id: reversalId }, requestId };
}

/** What to send, if the refund still stands and enough is left of the transfer; otherwise why not. */
async function prepare(deps: SendReversalDeps, reversal: ReversalToSend, round: number): Promise<Prepared | NotSent> {
  const { row, amount, reversedId } = reversal;
  const { orderId: refundId } = orderOfTransfer(row.mirakl_id);
  const refund = await findRefundOfReversal(deps.db, refundId);
  if (refund?.status !== 'REFUND_CREATED') return { kind: 'hold', reason: statusReason.refundNotValidated(refundId) };

  const transfer = await readTransfer(deps.stripe, reversedId);
  if ('kind' in transfer) return transfer;
  const { currency } = transfer.amount;
  if (currency !== amount.currency) {
    return { kind: 'hold', reason: statusReason.unexpectedValue(currency, `the currency of transfer ${reversedId}`) };
  }
  const left = { minor: transfer.amount.minor - transfer.amountReversed.minor, currency };
  if (compareMoney(left, amount) < 0) {
    return { kind: 'hold', reason: statusReason.tooLittleLeft(reversedId, formatMoney(left), formatMoney(amount)) };
  }
  const key = idempotencyKey(row.type, row.mirakl_id, round);
  return { kind: 'send', key, request: bodyOf(reversal, { refundId, orderId: refund.orderId }, deps.version) };
}

async function readTransfer(stripe: StripeClient, id: string): Promise<Transfer | NotSent> {
  try {
    return await retrieveTransfer(stripe, id);
  } catch (error) {
    // A transfer that does not exist will not come to exist.
    if (error instanceof StripeCallError && error.kind === 'not-found') return { kind: 'abort', reason: error.message };
    throw error;
  }
}

/** Stripe: `POST /v1/transfers/:id/reversals` (docs.stripe.com/api/transfer_reversals/create). */
function bodyOf(
  { row, amount, reversedId }: ReversalToSend,
  { refundId, orderId }: { readonly refundId: string; readonly orderId: string },
  version: string,
): StoredRequest {
  return {
    transfer: reversedId,
    amount: Number(amount.minor),
    metadata: {
      miraklId: row.mirakl_id,
      miraklRefundId: refundId,
      miraklOrderId: orderId,
      ...(row.mirakl_commercial_order_id === null ? {} : { miraklCommercialOrderId: row.mirakl_commercial_order_id }),
      ...(row.mirakl_shop_id === null ? {} : { miraklShopId: String(row.mirakl_shop_id) }),
      pluginName: 'stripe-mirakl-connector',
      pluginVersion: version,
    },
  };
}

/** Why there was nothing to claim: it is settled, somebody else is at it, or it has failed and somebody retries its job by hand. */
async function notClaimed(deps: SendReversalDeps, transferId: number): Promise<SendReversalOutcome> {
  await demandNoLease(deps, transferLedger, transferId);
  if (!(await makeFailedTransferDue(deps.db, transferId, ['TRANSFER_REFUND'], deps.now()))) return 'already handled';
  await enqueue(deps.queues, 'refunds.plan-reversals', [{}]);
  return 'due again';
}

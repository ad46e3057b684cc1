import { createPayout, findPayout, type PayoutRequest, type StripeCallError } from '@connector/stripe';
import { type OperationRow, payoutLedger } from '../operation/ledger.ts';
import { idempotencyKey, lookFrom } from '../operation/round.ts';
import { type Claim, claimOperation, type Done, type NotSent } from '../operation/rounds-table.ts';
import { demandNoLease, type OperationOutcome, type Prepared, runOperation } from '../operation/run-operation.ts';
import { statusReason } from '../status-reason.ts';
import { whyNotPayout, whyTooLow } from './decide-movement.ts';
import { findInvoiceTransfers } from './movements-table.ts';
import { accountOf, factsOf, isReady, type SellerWork } from './seller-work.ts';

type Row = OperationRow<'stripe_payout'>;

/**
 * Pays out one invoice (workflows.md, section 6), once its transfers are made, from the seller's account to his bank. Gives back
 * undefined if it is held back.
 *
 * Throws `operation_refused` after a definite refusal is on record, Stripe's own error when the outcome is unknown or the call
 * should come later, and `claimed_elsewhere` while another worker is at it; the row is then ready to be repeated.
 */
export async function sendPayout(work: SellerWork, waiting: Row): Promise<OperationOutcome | undefined> {
  const { db, now, shopId } = work;
  if (!(await isReady(work, payoutLedger, waiting, () => whyNot(work, waiting)))) return undefined;
  const claimed = await claimOperation(db, payoutLedger, waiting.id, now());
  if (!claimed) {
    await demandNoLease(work, payoutLedger, waiting.id);
    return 'already handled';
  }
  const { claim, row } = claimed;
  const accountId = await accountOf(work, row);
  return runOperation(work, {
    ...{ ledger: payoutLedger, claim },
    lookUp: () => lookUp(work, claim, row, accountId),
    prepare: (round) => prepare(work, row, round),
    async call({ key, request }) {
      if (accountId === undefined) throw new Error(`payout ${row.id} is to be made without an account`);
      // What was stored beside its key is what was prepared.
      const body = { request: request as PayoutRequest, idempotencyKey: key, stripeAccount: accountId };
      const payout = await createPayout(work.stripe, body);
      if (claim.open) work.balance?.forget();
      else work.balance?.spend(payout.amount);
      return created(payout);
    },
    judgeRefusal: (error) => judgeRefusal(error, shopId),
  });
}

async function whyNot(work: SellerWork, row: Row): Promise<NotSent | undefined> {
  const facts = factsOf(work, row, row.mirakl_invoice_id);
  // One that was made once and came back from the bank is ours to pay, whatever Mirakl has heard of it since.
  const seenAt = row.payout_id === null ? facts.seenAt : facts.now;
  const transfers = await findInvoiceTransfers(work.db, facts.invoiceId);
  const reason = whyNotPayout({ ...facts, seenAt, transfers });
  if (reason || !work.balance) return reason;
  return whyTooLow(facts, await work.balance.in(facts.amount.currency));
}

async function prepare(work: SellerWork, row: Row, round: number): Promise<Prepared | NotSent> {
  const reason = await whyNot(work, row);
  if (reason) return reason;
  const { mapping } = work.seller;
  if (!mapping) throw new Error(`payout ${row.id} is to be made without an account`);
  const { amount } = factsOf(work, row, row.mirakl_invoice_id);
  return {
    kind: 'send',
    key: idempotencyKey('PAYOUT', String(row.mirakl_invoice_id), round),
    request: {
      amount: Number(amount.minor),
      currency: amount.currency.toLowerCase(),
      metadata: {
        ...{ miraklShopId: String(work.shopId), invoiceId: String(row.mirakl_invoice_id), payoutRound: String(round) },
        ...{ pluginName: 'stripe-mirakl-connector', pluginVersion: work.version },
      },
    },
    columns: { account_mapping_id: mapping.id },
  };
}

/** One that the bank has sent back, or that was cancelled, has moved nothing in the end. */
async function lookUp(
  work: SellerWork,
  claim: Claim,
  row: Row,
  accountId: string | undefined,
): Promise<Done | undefined> {
  if (accountId === undefined) return undefined;
  const found = await findPayout(work.stripe, {
    stripeAccount: accountId,
    createdFrom: lookFrom({
      firstSentAt: claim.open?.firstSentAt,
      recordedAt: claim.createdAt,
      onMiraklSince: row.mirakl_created_date,
    }),
    matches: ({ metadata, status }) =>
      metadata.invoiceId === String(row.mirakl_invoice_id) && status !== 'failed' && status !== 'canceled',
  });
  return found && created(found);
}

/** That payouts are disabled is known to us a little later: a hold, and no failure. */
function judgeRefusal({ stripeCode }: StripeCallError, shopId: number): NotSent | undefined {
  return stripeCode === 'payouts_not_allowed'
    ? { kind: 'hold', reason: statusReason.payoutsDisabled(shopId) }
    : undefined;
}

function created({ id, requestId }: { id: string; requestId?: string | undefined }): Done {
  return { status: 'PAYOUT_CREATED', columns: { payout_id: id }, requestId };
}

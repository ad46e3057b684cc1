import { createTransfer, findTransfer, type Transfer, type TransferRequest } from '@connector/stripe';
import { type OperationRow, transferLedger } from '../operation/ledger.ts';
import { idempotencyKey, lookFrom } from '../operation/round.ts';
import { type Claim, claimOperation, type Done, type NotSent } from '../operation/rounds-table.ts';
import { demandNoLease, type OperationOutcome, type Prepared, runOperation } from '../operation/run-operation.ts';
import { whyNotTransfer, whyTooLow } from './decide-movement.ts';
import { findInvoiceTransfers } from './movements-table.ts';
import { accountOf, factsOf, isReady, type SellerWork } from './seller-work.ts';
import { giverOf, type InvoiceTransferType, isFinal } from './settlement.ts';

type Row = OperationRow<'stripe_transfer'>;

/**
 * Makes one transfer of an invoice (workflows.md, section 6): what the seller owes goes from his account to the platform, what
 * he is given from the platform to his account. Gives back undefined if it is held back.
 *
 * Throws `operation_refused` after a definite refusal is on record, Stripe's own error when the outcome is unknown or the call
 * should come later, and `claimed_elsewhere` while another worker is at it; the row is then ready to be repeated.
 */
export async function sendInvoiceTransfer(work: SellerWork, waiting: Row): Promise<OperationOutcome | undefined> {
  const { db, now } = work;
  if (!(await isReady(work, transferLedger, waiting, () => whyNot(work, waiting)))) return undefined;
  const claimed = await claimOperation(db, transferLedger, waiting.id, now());
  if (!claimed) {
    await demandNoLease(work, transferLedger, waiting.id);
    return 'already handled';
  }
  const { claim, row } = claimed;
  const accountId = await accountOf(work, row);
  const stripeAccount = sellerGives(row) ? accountId : undefined;
  return runOperation(work, {
    ...{ ledger: transferLedger, claim },
    lookUp: () => lookUp(work, claim, row, accountId),
    prepare: (round) => prepare(work, row, round),
    async call({ key, request }) {
      // What was stored beside its key is what was prepared.
      const body = { request: request as TransferRequest, idempotencyKey: key, stripeAccount };
      const made = created(await createTransfer(work.stripe, body));
      if (sellerGives(row) && !claim.open) work.balance?.spend(factsOf(work, row, Number(row.mirakl_id)).amount);
      else work.balance?.forget();
      return made;
    },
  });
}

function sellerGives({ type }: Row): boolean {
  return giverOf[type as InvoiceTransferType] === 'seller';
}

async function whyNot(work: SellerWork, row: Row): Promise<NotSent | undefined> {
  const facts = factsOf(work, row, Number(row.mirakl_id));
  const reason = whyNotTransfer(facts);
  if (reason || !sellerGives(row) || !work.balance) return reason;
  return whyTooLow(facts, await work.balance.in(facts.amount.currency));
}

async function prepare(work: SellerWork, row: Row, round: number): Promise<Prepared | NotSent> {
  const reason = await whyNot(work, row);
  if (reason) return reason;
  const { mapping } = work.seller;
  if (!mapping) throw new Error(`transfer ${row.id} is to be made without an account`);
  const { amount } = factsOf(work, row, Number(row.mirakl_id));
  return {
    kind: 'send',
    key: idempotencyKey(row.type, row.mirakl_id, round),
    request: {
      amount: Number(amount.minor),
      currency: amount.currency.toLowerCase(),
      destination: sellerGives(row) ? await work.platformAccount() : mapping.accountId,
      metadata: {
        ...{ miraklId: row.mirakl_id, miraklShopId: String(work.shopId), transferType: row.type },
        ...{ pluginName: 'stripe-mirakl-connector', pluginVersion: work.version },
      },
    },
    columns: { account_mapping_id: mapping.id },
  };
}

/** What the seller owes goes the same way by two transfers of the same id; those of the old connector do not say which they are. */
async function lookUp(
  work: SellerWork,
  claim: Claim,
  row: Row,
  accountId: string | undefined,
): Promise<Done | undefined> {
  if (accountId === undefined) return undefined;
  const others = await findInvoiceTransfers(work.db, Number(row.mirakl_id));
  const twin = others.find((other) => other.id !== row.id && sellerGives(other) === sellerGives(row));
  const isOurs = ({ id, metadata, amount }: Transfer): boolean => {
    if (metadata.miraklId !== row.mirakl_id || id === twin?.transfer_id) return false;
    if (metadata.transferType !== undefined) return metadata.transferType === row.type;
    return twin === undefined || isFinal(twin.status) || amount.minor === row.amount;
  };
  const sent = claim.open?.request as TransferRequest | undefined;
  const found = await findTransfer(work.stripe, {
    destination: sent?.destination ?? (sellerGives(row) ? await work.platformAccount() : accountId),
    stripeAccount: sellerGives(row) ? accountId : undefined,
    createdFrom: lookFrom({
      firstSentAt: claim.open?.firstSentAt,
      recordedAt: claim.createdAt,
      onMiraklSince: row.mirakl_created_date,
    }),
    matches: isOurs,
  });
  return found && created(found);
}

function created({ transferId, requestId }: { transferId: string; requestId?: string | undefined }): Done {
  return { status: 'TRANSFER_CREATED', columns: { transfer_id: transferId }, requestId };
}

import type { Payout, Refund, Transfer, TransferReversal } from '@connector/stripe';
import type { Author, MovementOnStripe } from './movement.ts';

type Metadata = Readonly<Record<string, string>>;

const ourName = 'stripe-mirakl-connector';

/** A transfer of the platform to a seller. */
export function transferMovement(transfer: Transfer): MovementOnStripe {
  return { ...transferred(transfer), kind: 'transfer', accountId: transfer.destination };
}

/** A transfer of this seller to the platform. */
export function feeMovement(transfer: Transfer, accountId: string): MovementOnStripe {
  return { ...transferred(transfer), kind: 'fee', accountId };
}

/** A reversal of this transfer. It stands on the list of transfers, by the transfer's date. */
export function reversalMovement(reversal: TransferReversal, transfer: Transfer): MovementOnStripe {
  const { metadata } = reversal;
  return {
    ...common(reversal),
    kind: 'reversal',
    // The old connector wrote our Mirakl id as that of the refund.
    miraklId: metadata.miraklId ?? metadata.miraklRefundId,
    accountId: transfer.destination,
    about: [transfer.id],
    listedAt: transfer.createdAt,
  };
}

/** A refund. One that only lets go of an authorisation stands in the ledger under its PaymentIntent. */
export function refundMovement(refund: Refund): MovementOnStripe {
  const { chargeId, paymentIntentId, isRelease, status, metadata } = refund;
  return {
    ...common(refund),
    kind: 'refund',
    id: isRelease && paymentIntentId !== undefined ? paymentIntentId : refund.id,
    miraklId: metadata.miraklRefundId,
    about: [chargeId, paymentIntentId].filter((id) => id !== undefined),
    outcome: status === 'failed' || status === 'canceled' ? 'failed' : 'stands',
    isRelease,
  };
}

/** A payout of this seller. */
export function payoutMovement(payout: Payout, accountId: string): MovementOnStripe {
  const { status, metadata, isAutomatic } = payout;
  return {
    ...common(payout),
    kind: 'payout',
    author: isAutomatic ? 'schedule' : authorOf(metadata),
    miraklId: metadata.invoiceId,
    accountId,
    outcome: status === 'failed' || status === 'canceled' ? 'failed' : 'stands',
  };
}

function transferred(transfer: Transfer): Omit<MovementOnStripe, 'kind'> {
  const { metadata, amount, amountReversed } = transfer;
  const isTakenBack = amountReversed.minor === amount.minor;
  return {
    ...common(transfer),
    miraklId: metadata.miraklId,
    transferType: metadata.transferType,
    outcome: isTakenBack ? 'taken-back' : 'stands',
  };
}

type Common = Omit<MovementOnStripe, 'kind' | 'miraklId'>;

function common({
  id,
  amount,
  metadata,
  createdAt,
}: Pick<Transfer, 'id' | 'amount' | 'metadata' | 'createdAt'>): Common {
  return {
    ...{ id, amount, author: authorOf(metadata), listedAt: createdAt },
    ...{ transferType: undefined, accountId: undefined, about: [], outcome: 'stands', isRelease: false },
  };
}

/** The old connector has another name than ours; of what it made long ago only the ids of Mirakl tell. */
function authorOf({ pluginName, ...metadata }: Metadata): Author {
  if (pluginName === ourName) return 'us';
  const { miraklId, miraklRefundId, invoiceId, miraklShopId } = metadata;
  return [pluginName, miraklId, miraklRefundId, invoiceId, miraklShopId].some((value) => value !== undefined)
    ? 'older-connector'
    : 'somebody';
}

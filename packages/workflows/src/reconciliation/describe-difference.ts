import type { Verdict } from './classify-difference.ts';
import type { Difference, DifferenceKind } from './difference.ts';
import type { MovementKind, MovementOnStripe, RecordedMovement } from './movement.ts';

/** The difference between something on Stripe and the ledger. */
export function differenceOnStripe(movement: MovementOnStripe, { kind, row }: Verdict): Difference {
  const otherStripeId = movement.kind === 'reversal' ? movement.about[0] : row?.stripeId;
  return {
    ...{ kind, subject: movement.id, movement: movement.kind, stripeId: movement.id },
    otherStripeId: otherStripeId === movement.id ? undefined : otherStripeId,
    accountId: movement.accountId,
    miraklId: row?.miraklId ?? movement.miraklId,
    ...{ orderId: row?.orderId, shopId: row?.shopId, operation: row?.operation, ledger: row?.amount },
    ...{ actual: movement.amount, listedAt: movement.listedAt },
  };
}

/** A difference about a row that nothing stands for on the other side. */
export function differenceOfRow(
  row: RecordedMovement,
  kind: DifferenceKind,
  movement: MovementKind | 'order',
): Difference {
  const { operation, stripeId, accountId, miraklId, orderId, shopId, amount, changedAt } = row;
  return {
    ...{ kind, subject: `${operation.kind} ${operation.id}`, movement },
    ...{ stripeId, otherStripeId: undefined, accountId, miraklId, orderId, shopId, operation },
    ...{ ledger: amount, actual: undefined, listedAt: changedAt },
  };
}

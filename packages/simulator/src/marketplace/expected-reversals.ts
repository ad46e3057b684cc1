import type { SimulatedRefund } from '../mirakl/objects.ts';
import { exactAmount, minorUnitsOf } from './exact-amount.ts';
import { refundedAmount } from './expected-refunds.ts';
import type { ExpectedOutcome } from './expected-transfers.ts';
import type { ExpectedMovement } from './movement.ts';
import type { Sale } from './sales.ts';
import { onTop, sum } from './sales.ts';

export type ReversalsOptions = {
  readonly refunds: readonly SimulatedRefund[];
  readonly sales: readonly Sale[];
  /** Of each refund: `refund` and its id. */
  readonly refunded: ReadonlyMap<string, ExpectedMovement>;
  /** By order id; with the tax split also by order id and `_TAX`. */
  readonly transfers: ReadonlyMap<string, ExpectedOutcome>;
  readonly platform: string;
};

/**
 * What the sellers, and the tax account, give back for refunds (workflows.md, section 5): `reversal` and the refund's id, with
 * the tax split also with `_TAX`.
 */
export function expectedReversals(options: ReversalsOptions): ReadonlyMap<string, ExpectedMovement> {
  const { refunds, sales, transfers } = options;
  const reversed = new Map<string, bigint>();
  const movements = new Map<string, ExpectedMovement>();
  for (const refund of refunds) {
    const sale = sales.find(({ id }) => id === refund.orderId);
    if (sale === undefined) throw new Error(`refund ${refund.id} is of no order`);
    const isSplit = transfers.has(`${sale.id}_TAX`);
    const taxes = isSplit ? taxesOf(sale, refund) : 0n;
    const share = refundedAmount(sale, refund) - exactAmount(refund.commission) - taxes;
    movements.set(`reversal ${refund.id}`, reversal(options, { refund, sale, of: sale.id, share, reversed }));
    if (!isSplit) continue;
    const ofTaxes = { refund, sale, of: `${sale.id}_TAX`, share: taxes, reversed };
    movements.set(`reversal ${refund.id}_TAX`, reversal(options, ofTaxes));
  }
  return movements;
}

/** What of a refund's taxes was split off before: of services only what came on top, of goods all but those of the shipping. */
function taxesOf(sale: Sale, { taxes }: SimulatedRefund): bigint {
  return sale.kind === 'product' ? sum(taxes) : onTop(sale, sum(taxes));
}

type Reversal = {
  readonly refund: SimulatedRefund;
  readonly sale: Sale;
  /** The Mirakl id of the transfer. */
  readonly of: string;
  readonly share: bigint;
  /** What was reversed of each transfer before. */
  readonly reversed: Map<string, bigint>;
};

function reversal({ refunded, transfers, platform }: ReversalsOptions, asked: Reversal): ExpectedMovement {
  const { refund, sale, of, share, reversed } = asked;
  const paidBack = refunded.get(`refund ${refund.id}`)?.kind;
  if (paidBack === 'abort') return { kind: 'abort' };
  const transfer = transfers.get(of);
  // What was never given need not be given back.
  if (paidBack === 'move' && transfer?.kind === 'abort') return { kind: 'abort' };
  if (paidBack !== 'move' || transfer?.kind !== 'transfer') return { kind: 'hold' };
  const amount = minorUnitsOf(share, sale.currency);
  if (amount === undefined) return { kind: 'hold' };
  if (amount <= 0n) return { kind: 'abort' };
  const before = reversed.get(of) ?? 0n;
  if (before + amount > BigInt(transfer.amount)) return { kind: 'hold' };
  reversed.set(of, before + amount);
  return { kind: 'move', from: transfer.destination, to: platform, amount, currency: transfer.currency, of };
}

import type { SimulatedInvoice } from './objects.ts';
import { shareOut } from './share-out.ts';
import { sumOf } from './sum.ts';

const plainParts: SimulatedInvoice['parts'] = { payableOrders: '100.00', commissions: '-15.00' };

/** An accounting document whose parts add up: a result below zero is not transferred, but carried over. */
export function newInvoice(fields: Partial<SimulatedInvoice>, number: number, now: Date): SimulatedInvoice {
  const parts = withRefunds({ ...plainParts, ...fields.parts });
  const { seller, operator } = shareOut(parts);
  const state = fields.state ?? 'COMPLETE';
  return {
    ...plainInvoice,
    id: uuid('a', number),
    billingCycleId: uuid('b', number),
    invoiceId: state === 'DRAFT' ? null : 5_000 + number,
    state,
    amountTransferred: seller,
    amountTransferredToOperator: operator,
    createdAt: now,
    ...fields,
    parts,
  };
}

/** With the sum of all refunds beside its parts. */
function withRefunds(parts: SimulatedInvoice['parts']): SimulatedInvoice['parts'] {
  const { refundPayableOrders = '0', refundNonPayableOrders = '0' } = parts;
  return { refundOrders: sumOf([refundPayableOrders, refundNonPayableOrders]), ...parts };
}

const plainInvoice = {
  type: 'AUTO_INVOICE',
  currency: 'EUR',
  shopId: 2_000,
  shopModel: 'MARKETPLACE',
  payOutPsp: 'OPERATOR',
  paymentState: 'PENDING',
  paymentVoucherNumber: null,
  issuedBy: 'BATCH',
  raw: {},
};

function uuid(kind: string, number: number): string {
  return `${kind}0000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

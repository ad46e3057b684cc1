import type { SimulatedInvoice } from './objects.ts';
import { less, sumOf } from './sum.ts';

const plainParts: SimulatedInvoice['parts'] = { payableOrders: '100.00', commissions: '-15.00' };

/** An accounting document whose parts add up: a result below zero is not transferred, but the operator's. */
export function newInvoice(fields: Partial<SimulatedInvoice>, number: number, now: Date): SimulatedInvoice {
  const parts = { ...plainParts, ...fields.parts };
  const sum = sumOf(Object.values(parts));
  const [seller, operator] = sum.startsWith('-') ? ['0', less('0', sum)] : [sum, '0'];
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

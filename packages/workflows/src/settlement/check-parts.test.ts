import { type Decimal, decimalOf } from '@connector/kernel';
import type { InvoiceSummary } from '@connector/mirakl';
import { describe, expect, test } from 'vitest';
import { findMismatch } from './check-parts.ts';

const decimal = (text: string): Decimal => decimalOf(text) ?? expect.fail(`${text} is a decimal`);

function mismatch(transferred: string, toOperator: string, parts: Record<string, string>) {
  const named = Object.entries(parts).map(([name, amount]) => [`total_${name}_incl_tax`, decimal(amount)]);
  const found = findMismatch({
    amountTransferred: decimal(transferred),
    amountTransferredToOperator: decimal(toOperator),
    parts: { total_refund_non_payable_orders_incl_tax: decimal('0'), ...Object.fromEntries(named) },
  } as unknown as InvoiceSummary);
  return found && `${found.parts.toFixed()} for ${found.transferred.toFixed()}`;
}

describe('a document adds up', () => {
  test.for([
    [
      'whose result goes to the seller, and what the operator keeps to him',
      '85',
      '15',
      { payable_orders: '100', commissions: '-15' },
    ],
    [
      'whose result is below zero and carried over (as Mirakl publishes it, IV01)',
      '0',
      '17',
      { commissions: '-9', refund_commissions: '10', seller_fees_on_orders: '-8', subscription: '-10' },
    ],
    [
      'whose refunds stand there twice',
      '75',
      '15',
      { payable_orders: '100', commissions: '-15', refund_orders: '-10', refund_payable_orders: '-10' },
    ],
    [
      'of an older instance, which has refunds once',
      '75',
      '15',
      { payable_orders: '100', commissions: '-15', refund_orders: '-10' },
    ],
    [
      'whose seller was paid by some buyers directly',
      '71',
      '15',
      {
        payable_orders: '96',
        non_payable_orders: '40',
        commissions: '-15',
        refund_orders: '-14',
        refund_payable_orders: '-10',
        refund_non_payable_orders: '-4',
      },
    ],
    ['whose two results differ by its parts', '60', '5', { payable_orders: '70', commissions: '-15' }],
    ['of nothing', '0', '0', {}],
    ['to the last digit', '0.3', '0', { payable_orders: '0.1', other_credits: '0.2' }],
  ] as const)('%s', ([, transferred, toOperator, parts]) => {
    expect(mismatch(transferred, toOperator, parts)).toBeUndefined();
  });
});

describe('a document does not add up', () => {
  test.for([
    [
      'when more is transferred than its parts are',
      '90',
      '15',
      { payable_orders: '100', commissions: '-15' },
      '85 for 90',
    ],
    ['by a hundredth', '85.01', '15', { payable_orders: '100', commissions: '-15' }, '85 for 85.01'],
    ['when something is transferred although the seller owes', '1', '17', { subscription: '-17' }, '-17 for 1'],
    [
      'when a refund was forgotten',
      '85',
      '15',
      { payable_orders: '100', commissions: '-15', refund_orders: '-10', refund_payable_orders: '-10' },
      '75 for 85',
    ],
  ] as const)('%s', ([, transferred, toOperator, parts, expected]) => {
    expect(mismatch(transferred, toOperator, parts)).toBe(expected);
  });
});

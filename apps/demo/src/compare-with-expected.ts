import { type ExpectedOutcome, expectedTransfers } from '@connector/simulator';
import type { Marketplace } from './open-marketplace.ts';

export type Comparison = {
  /** Transfers that the orders call for. */
  readonly expected: number;
  readonly made: number;
  /** What is missing, wrong or superfluous, in words; empty when Stripe holds exactly what it should. */
  readonly differences: readonly string[];
};

/** Holds the transfers on the simulated Stripe against what the orders call for, worked out without the connector's code. */
export function compareWithExpected({ mirakl, stripe }: Marketplace): Comparison {
  const accounts = new Map(stripe.accounts().map((account) => [Number(account.metadata?.miraklShopId), account.id]));
  const outcomes = expectedTransfers({ mirakl, stripe, accountOf: (shopId) => accounts.get(shopId) });
  const expected = new Map([...outcomes].filter(([, outcome]) => outcome.kind === 'transfer'));
  const seen = new Set<string>();
  const differences: string[] = [];
  for (const transfer of stripe.transfers()) {
    const orderId = transfer.metadata.miraklId ?? '(no order)';
    if (seen.has(orderId)) differences.push(`${orderId}: transferred twice`);
    seen.add(orderId);
    const { amount, currency, destination } = transfer;
    const made = describe({
      kind: 'transfer',
      amount,
      currency,
      destination: idOf(destination),
      sourceCharge: idOf(transfer.source_transaction),
    });
    const wanted = describe(expected.get(orderId));
    if (made !== wanted) differences.push(`${orderId}: ${made} instead of ${wanted}`);
  }
  for (const orderId of expected.keys()) if (!seen.has(orderId)) differences.push(`${orderId}: not transferred`);
  return { expected: expected.size, made: stripe.transfers().length, differences };
}

/** The simulator never expands them, but the type allows objects. */
function idOf(reference: string | { id: string } | null): string {
  return typeof reference === 'string' ? reference : (reference?.id ?? 'none');
}

function describe(outcome: ExpectedOutcome | undefined): string {
  if (outcome?.kind !== 'transfer') return 'no transfer';
  return `${outcome.amount} ${outcome.currency} from ${outcome.sourceCharge} to ${outcome.destination}`;
}

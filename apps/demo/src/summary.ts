import Table from 'cli-table3';
import type { Comparison } from './compare-with-expected.ts';
import type { MoneyLine, StateCount } from './read-ledger.ts';

/** What the demo has to tell at its end, as text. */
export function summary(states: readonly StateCount[], money: readonly MoneyLine[], comparison: Comparison): string {
  const byState = new Table({ head: ['transfers', 'state', 'reason'], style: { head: [], border: [] } });
  byState.push(...states.map(({ count, status, reason }) => [count, status, reason]));
  const byCurrency = new Table({ head: ['currency', 'transfers', 'to sellers'], style: { head: [], border: [] } });
  byCurrency.push(
    ...money.map(({ currency, transfers, amount }) => [
      currency,
      transfers,
      { content: amount, hAlign: 'right' as const },
    ]),
  );
  const { made, expected, differences } = comparison;
  const verdict =
    differences.length === 0
      ? `The simulated Stripe holds exactly the ${expected} transfers that the orders call for.`
      : [`${made} transfers were made where ${expected} were called for:`, ...differences.slice(0, 20)].join('\n  ');
  return ['', byState.toString(), '', byCurrency.toString(), '', verdict, ''].join('\n');
}

import Table from 'cli-table3';
import type { Comparison } from './compare-with-expected.ts';
import type { MoneyLine, StateCount } from './read-ledger.ts';

/** Without colours and without a line between rows: fits a terminal of a hundred columns. */
const plain = {
  style: { head: [], border: [] },
  chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
};

/** What the demo has to tell at its end, as text. */
export function summary(states: readonly StateCount[], money: readonly MoneyLine[], comparison: Comparison): string {
  const byState = new Table({
    ...plain,
    head: ['transfers', 'state', 'reason'],
    colWidths: [11, 10, 76],
    wordWrap: true,
  });
  byState.push(...states.map(({ count, status, reason }) => [count, status, reason]));
  const byCurrency = new Table({ ...plain, head: ['currency', 'transfers', 'to sellers'] });
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

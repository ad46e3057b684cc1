import Table from 'cli-table3';
import type { Comparison } from './compare-with-expected.ts';
import type { MoneyLine, StateCount } from './read-ledger.ts';
import type { Told } from './told.ts';

/** Without colours and without a line between rows: fits a terminal of a hundred columns. */
const plain = {
  style: { head: [], border: [] },
  chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
};

export type DemoResult = {
  readonly states: readonly StateCount[];
  readonly money: readonly MoneyLine[];
  readonly told: Told;
  readonly comparison: Comparison;
};

/** What the demo has to tell at its end, as text. */
export function summary({ states, money, told, comparison }: DemoResult): string {
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
  const toldWhat = new Table({ ...plain, head: ['count', 'who was told what'] });
  toldWhat.push(...told.lines.map(({ count, what }) => [count, what]));
  const signatures =
    told.forged === 0
      ? 'Every notification is signed by our secret.'
      : `${told.forged} notifications are not signed by us!`;
  const { made, expected, differences } = comparison;
  const verdict =
    differences.length === 0
      ? `The simulated Stripe holds exactly the ${expected} transfers that the orders call for.`
      : [`${made} transfers were made where ${expected} were called for:`, ...differences.slice(0, 20)].join('\n  ');
  return ['', byState.toString(), '', byCurrency.toString(), '', toldWhat.toString(), '', signatures, verdict, ''].join(
    '\n',
  );
}

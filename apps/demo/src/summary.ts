import { currencyOf, formatMajor, moneyFromMinor } from '@connector/kernel';
import type { Comparison } from '@connector/simulator';
import Table from 'cli-table3';
import type { Money } from './count-money.ts';
import type { WaitingCount } from './read-ledger.ts';
import type { Told } from './told.ts';

/** Without colours and without a line between rows: fits a terminal of a hundred columns. */
const plain = {
  style: { head: [], border: [] },
  chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
};

export type DemoResult = {
  readonly waiting: readonly WaitingCount[];
  readonly money: Money;
  readonly told: Told;
  readonly comparison: Comparison;
};

/** What the demo has to tell at its end, as text. */
export function summary({ waiting, money, told, comparison }: DemoResult): string {
  const tables = [showMoney(money), showWaiting(waiting), showTold(told)];
  return ['', ...tables.flatMap((table) => [table, '']), ...verdicts(money, told, comparison), ''].join('\n');
}

function showMoney({ currencies, lines }: Money): string {
  const table = new Table({ ...plain, head: ['the buyers’ money', ...currencies.map((code) => code.toUpperCase())] });
  for (const { what, amounts } of lines) {
    const cells = currencies.map((code) => ({
      content: inMajor(amounts.get(code) ?? 0n, code),
      hAlign: 'right' as const,
    }));
    table.push([what, ...cells]);
  }
  return table.toString();
}

function inMajor(minor: bigint, code: string): string {
  const currency = currencyOf(code);
  return currency && minor !== 0n ? formatMajor(moneyFromMinor(minor, currency)) : '';
}

/** What waits first, then what will never be. */
function showWaiting(waiting: readonly WaitingCount[]): string {
  const order = ['ON_HOLD', 'FAILED', 'PENDING', 'ABORTED', 'IGNORED'];
  const rows = waiting.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || b.count - a.count);
  const head = ['count', 'not made', 'state', 'reason'];
  const table = new Table({ ...plain, head, colWidths: [7, 24, 9, 56], wordWrap: true });
  table.push(...rows.map(({ count, kinds, state, reason }) => [count, kinds.join(', '), state, reason]));
  return table.toString();
}

function showTold({ lines }: Told): string {
  const table = new Table({ ...plain, head: ['count', 'who was told what'] });
  table.push(...lines.map(({ count, what }) => [count, what]));
  return table.toString();
}

function verdicts({ disagreements }: Money, { forged }: Told, { made, expected, differences }: Comparison): string[] {
  return [
    forged === 0 ? 'Every notification is signed by our secret.' : `${forged} notifications are not signed by us!`,
    disagreements.length === 0
      ? 'The balances of all accounts agree with it to the minor unit, in every currency.'
      : ['Balances do not agree with it:', ...disagreements.slice(0, 20)].join('\n  '),
    differences.length === 0
      ? `The simulated Stripe holds exactly the ${expected} movements that the marketplace calls for, each of them once.`
      : [`${made} movements were made where ${expected} were called for:`, ...differences.slice(0, 20)].join('\n  '),
  ];
}

import type { Database } from '@connector/database';
import type { OrderKind } from '../payment-split/index.ts';
import { findAccountsWithFees, findAccountsWithMoney } from './accounts-table.ts';
import { findDaysOfOpen } from './open-differences-table.ts';
import { insertRun, type NewUnit, type Run } from './runs-table.ts';

/** What the operator has chosen. */
export type ReconciliationRules = {
  /** How many days are compared again, besides those since the last run. */
  readonly days: number;
  /** An ISO date before which nothing is compared, or `all`. */
  readonly startDate: string | undefined;
  /** Which orders the connector pays out. */
  readonly kinds: readonly OrderKind[];
};

const dayMs = 86_400_000;

/** What is so new may not stand on every list yet. */
const settlesMs = 5 * 60_000;

/** Days before a run's time that are read again, because differences of theirs are open. */
const mostOpenDays = 31;

/**
 * Lays out a run and its units: each day's transfers and refunds, each seller's payouts and fees, what the ledger alone knows,
 * and orders. It goes back so many days before the end of the last one, because what was made may change for weeks.
 */
export async function planRun(
  db: Database,
  rules: ReconciliationRules,
  lastEnd: Date | undefined,
  now: Date,
): Promise<Run> {
  const to = new Date(now.getTime() - settlesMs);
  const from = beginningOf(rules, lastEnd ?? to);
  const range = { from, to };
  return db.transaction().execute(async (trx) => {
    const units: NewUnit[] = [];
    for (const part of ['transfers', 'refunds'] as const) {
      const openDays = await findDaysOfOpen(trx, part, from, mostOpenDays);
      units.push(...[...daysOf(range), ...openDays.map(wholeDay)].map((day) => ({ part, ...day })));
    }
    const payouts = await findAccountsWithMoney(trx, from);
    const fees = await findAccountsWithFees(trx, from);
    units.push(...payouts.map((account) => ({ part: 'payouts' as const, ...account, to })));
    units.push(...fees.map((account) => ({ part: 'fees' as const, ...account, to })));
    units.push({ part: 'unknown-outcomes' }, { part: 'unseen', ...range });
    for (const kind of rules.kinds) units.push({ part: `${kind}-orders`, ...range });
    for (const kind of rules.kinds) units.push({ part: `unseen-${kind}-orders`, ...range });
    return insertRun(trx, range, units, now);
  });
}

/** Midnight UTC, so many days before; not before the day on which the connector began. */
function beginningOf({ days, startDate }: ReconciliationRules, end: Date): Date {
  const wanted = end.getTime() - days * dayMs;
  const earliest = startDate === undefined || startDate === 'all' ? wanted : new Date(startDate).getTime();
  return new Date(Math.floor(Math.min(Math.max(wanted, earliest), end.getTime() - 1) / dayMs) * dayMs);
}

function daysOf({ from, to }: { readonly from: Date; readonly to: Date }): { from: Date; to: Date }[] {
  const days = [];
  for (let day = from; day < to; day = wholeDay(day).to) {
    const { to: end } = wholeDay(day);
    days.push({ from: day, to: end < to ? end : to });
  }
  return days;
}

function wholeDay(from: Date): { from: Date; to: Date } {
  return { from, to: new Date(from.getTime() + dayMs) };
}

import { formatMoney } from '@connector/kernel';
import type { MoneyMoved, OperationGroup } from '@connector/workflows';
import { age } from './age.ts';
import { adviceFor } from './reason-advice.ts';
import { isLate, type SystemState, verdictOn } from './verdict.ts';

/** What the overview page shows, in words and ready to print. */
export type OverviewPage = ReturnType<typeof overviewPage>;

type Tone = 'good' | 'quiet' | 'waiting' | 'bad';

const toneOf: Readonly<Record<string, Tone>> = {
  CREATED: 'good',
  PENDING: 'waiting',
  ON_HOLD: 'waiting',
  FAILED: 'bad',
  ABORTED: 'quiet',
  IGNORED: 'quiet',
  to_capture: 'waiting',
  captured: 'good',
  canceled: 'quiet',
  failed: 'quiet',
};

const order = [
  ...['FAILED', 'ON_HOLD', 'to_capture', 'PENDING', 'captured', 'CREATED'],
  ...['canceled', 'failed', 'ABORTED', 'IGNORED'],
];
const needsALook = new Set(['FAILED', 'ON_HOLD', 'ABORTED', 'to_capture', 'canceled']);

/** Turns the state of ledger and queues into what a person reads. */
export function overviewPage(state: SystemState) {
  const { overview, queues, plannedSweeps } = state;
  const { operations, readAt } = overview;
  const ago = (moment: Date) => age(moment, readAt);
  const totals = Map.groupBy(operations, ({ kind, status }) => `${kind} ${status}`);
  return {
    readAt: `${readAt.toISOString().slice(0, 19).replace('T', ' ')} UTC`,
    verdict: verdictOn(state),
    states: [...totals.values()]
      .flatMap(([first, ...rest]) =>
        first ? [{ ...first, count: rest.reduce((sum, group) => sum + group.count, first.count) }] : [],
      )
      .sort(byRank)
      .map(({ kind, status, count }) => ({ what: counted(kind, count), status, count, tone: tone(status) })),
    attention: operations
      // Payments keep their state while they are held up; the reason tells.
      .filter(({ kind, status, reason }) => needsALook.has(status) && (kind !== 'payment' || reason !== undefined))
      .toSorted(byRank)
      .map(({ kind, status, reason = '', count, oldestAt, unchangedSince }) => ({
        ...{ what: counted(kind, count), status, reason, count, tone: tone(status), advice: adviceFor(status, reason) },
        since: ago(oldestAt),
        unchanged: ago(unchangedSince),
      })),
    unconfirmedDebits: overview.unconfirmedDebits.latest.map(({ orderId, reason, nextTryAt }) => ({
      ...{ orderId, reason },
      nextTry: `in ${age(readAt, nextTryAt)}`,
    })),
    money: byCurrency(overview.money),
    shops: overview.shops,
    failedShops: overview.failedShops.map(({ shopId, reason, nextTryAt }) => ({
      ...{ shopId, reason },
      nextTry: nextTryAt ? `in ${age(readAt, nextTryAt)}` : 'not planned',
    })),
    sweeps: overview.sweeps.map((sweep) => {
      const nextAt = plannedSweeps.find(({ name }) => name === sweep.name)?.nextAt;
      return {
        name: sweep.name,
        ...sweepState(sweep.running_until, sweep.last_error, isLate(state, sweep.name), readAt),
        last: sweep.last_succeeded_at ? `${ago(sweep.last_succeeded_at)} ago` : 'never',
        next: nextAt ? `in ${age(readAt, nextAt)}` : 'not planned',
        outcome: sweep.last_error ?? sweep.last_outcome ?? '',
      };
    }),
    checkpoints: overview.checkpoints.map(({ key, value }) => ({
      name: key.replace(/_checkpoint$/, '').replaceAll('_', ' '),
      value,
      age: Number.isNaN(Date.parse(value)) ? '' : `${ago(new Date(value))} ago`,
    })),
    queues: queues.map(({ name, counts, oldestWaitingSince, paused, workers }) => ({
      ...{ name, counts, workers, paused },
      oldest: oldestWaitingSince ? ago(oldestWaitingSince) : '–',
    })),
  };
}

function counted(kind: string, count: number): string {
  return count === 1 ? kind : `${kind}s`;
}

/** A line a kind and state, with a total in each of the currencies; undefined where nothing is in that currency. */
function byCurrency(money: readonly MoneyMoved[]) {
  const currencies = [...new Set(money.map(({ total }) => total.currency))].toSorted();
  const lines = Map.groupBy(money, ({ kind, status }) => `${kind}s ${status.toLowerCase().replaceAll('_', ' ')}`);
  return {
    currencies,
    lines: [...lines].map(([what, sums]) => ({
      what,
      count: sums.reduce((all, { count }) => all + count, 0),
      totals: currencies.map((currency) => {
        const sum = sums.find(({ total }) => total.currency === currency);
        return sum && formatMoney(sum.total);
      }),
    })),
  };
}

function byRank(a: OperationGroup, b: OperationGroup): number {
  return order.indexOf(a.status) - order.indexOf(b.status) || b.count - a.count;
}

function tone(status: string): Tone {
  return toneOf[status] ?? 'quiet';
}

function sweepState(
  runningUntil: Date | null,
  error: string | null,
  late: boolean,
  now: Date,
): { state: string; tone: Tone } {
  if (runningUntil && runningUntil > now) return { state: 'running', tone: 'waiting' };
  if (error !== null) return { state: 'error', tone: 'bad' };
  return late ? { state: 'late', tone: 'bad' } : { state: 'all right', tone: 'good' };
}

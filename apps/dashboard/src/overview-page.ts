import { formatMoney } from '@connector/kernel';
import type { OperationGroup, Overview } from '@connector/workflows';
import type { QueueCounts } from './queue-counts.ts';
import { adviceFor } from './reason-advice.ts';

/** What the overview page shows, in words and ready to print. */
export type OverviewPage = {
  readonly readAt: string;
  readonly verdict: { readonly tone: 'good' | 'attention'; readonly text: string; readonly details: readonly string[] };
  readonly states: readonly {
    readonly kind: string;
    readonly status: string;
    readonly tone: Tone;
    readonly count: number;
  }[];
  readonly attention: readonly {
    readonly kind: string;
    readonly status: string;
    readonly tone: Tone;
    readonly reason: string;
    readonly advice: string;
    readonly count: number;
    readonly since: string;
  }[];
  readonly money: readonly { readonly what: string; readonly count: number; readonly total: string }[];
  readonly shops: readonly { readonly status: string; readonly count: number }[];
  readonly failedShops: readonly { readonly shopId: number; readonly reason: string; readonly nextTry: string }[];
  readonly sweeps: readonly {
    readonly name: string;
    readonly state: string;
    readonly tone: Tone;
    readonly last: string;
    readonly outcome: string;
  }[];
  readonly checkpoints: readonly { readonly name: string; readonly value: string }[];
  readonly queues: readonly {
    readonly name: string;
    readonly counts: QueueCounts['counts'];
    readonly oldest: string;
  }[];
};

type Tone = 'good' | 'quiet' | 'waiting' | 'bad';

const toneOf: Readonly<Record<string, Tone>> = {
  CREATED: 'good',
  PENDING: 'waiting',
  ON_HOLD: 'waiting',
  FAILED: 'bad',
  ABORTED: 'quiet',
  IGNORED: 'quiet',
};

const order = ['FAILED', 'ON_HOLD', 'PENDING', 'CREATED', 'ABORTED', 'IGNORED'];
const needsALook = new Set(['FAILED', 'ON_HOLD', 'ABORTED']);

/** Turns the state of ledger and queues into what a person reads. */
export function overviewPage(overview: Overview, queues: readonly QueueCounts[]): OverviewPage {
  const { operations, readAt } = overview;
  const ago = (moment: Date) => age(moment, readAt);
  const byRank = (a: OperationGroup, b: OperationGroup) =>
    order.indexOf(a.status) - order.indexOf(b.status) || b.count - a.count;
  const totals = Map.groupBy(operations, ({ kind, status }) => `${kind} ${status}`);
  return {
    readAt: `${readAt.toISOString().slice(0, 19).replace('T', ' ')} UTC`,
    verdict: verdictOf(overview, queues),
    states: [...totals.values()]
      .flatMap(([first, ...rest]) =>
        first ? [{ ...first, count: rest.reduce((sum, group) => sum + group.count, first.count) }] : [],
      )
      .sort(byRank)
      .map(({ kind, status, count }) => ({ kind, status, count, tone: toneOf[status] ?? 'quiet' })),
    attention: operations
      .filter(({ status }) => needsALook.has(status))
      .toSorted(byRank)
      .map(({ kind, status, reason = '', count, oldestAt }) => ({
        ...{ kind, status, reason, count, tone: toneOf[status] ?? 'quiet' },
        advice: adviceFor(reason),
        since: ago(oldestAt),
      })),
    money: overview.money.map(({ kind, status, count, total }) => ({
      what: `${kind}s ${words(status)}`,
      count,
      total: formatMoney(total),
    })),
    shops: overview.shops,
    failedShops: overview.failedShops.map(({ shopId, reason, nextTryAt }) => ({
      ...{ shopId, reason },
      nextTry: nextTryAt ? `in ${age(readAt, nextTryAt)}` : 'not planned',
    })),
    sweeps: overview.sweeps.map((sweep) => ({
      name: sweep.name,
      ...sweepState(sweep.running_until, sweep.last_error, readAt),
      last: sweep.last_succeeded_at ? `${ago(sweep.last_succeeded_at)} ago` : 'never',
      outcome: sweep.last_error ?? sweep.last_outcome ?? '',
    })),
    checkpoints: overview.checkpoints.map(({ key, value }) => ({
      name: key.replace(/_checkpoint$/, '').replaceAll('_', ' '),
      value,
    })),
    queues: queues.map(({ name, counts, oldestWaitingSince }) => ({
      ...{ name, counts },
      oldest: oldestWaitingSince ? ago(oldestWaitingSince) : '–',
    })),
  };
}

function verdictOf(overview: Overview, queues: readonly QueueCounts[]): OverviewPage['verdict'] {
  const failed = overview.operations
    .filter(({ status }) => status === 'FAILED')
    .reduce((sum, { count }) => sum + count, 0);
  const failedJobs = queues.reduce((sum, { counts }) => sum + counts.failed, 0);
  const brokenSweeps = overview.sweeps.filter((sweep) => sweep.last_error !== null);
  const details = [
    [failed, 'refused operations, to be tried again'],
    [overview.unknownOutcomes, 'calls to Stripe with an unknown outcome, to be repeated with their keys'],
    [overview.failedShops.length, 'shops that could not be onboarded'],
    [brokenSweeps.length, 'sweeps that ended with an error'],
    [failedJobs, 'failed jobs kept in the queues'],
  ] as const;
  const told = details.filter(([count]) => count > 0).map(([count, text]) => `${count.toLocaleString('en')} × ${text}`);
  return told.length === 0
    ? { tone: 'good', text: 'Everything is all right.', details: [] }
    : { tone: 'attention', text: 'Something wants a look.', details: told };
}

function sweepState(runningUntil: Date | null, error: string | null, now: Date): { state: string; tone: Tone } {
  if (runningUntil && runningUntil > now) return { state: 'running', tone: 'waiting' };
  return error === null ? { state: 'all right', tone: 'good' } : { state: 'error', tone: 'bad' };
}

function words(status: string): string {
  return status.toLowerCase().replaceAll('_', ' ');
}

const steps = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const;

/** The time between two moments in its largest unit: `5 min`. */
function age(from: Date, to: Date): string {
  const ms = Math.max(to.getTime() - from.getTime(), 0);
  const [size, unit] = steps.find(([each]) => ms >= each) ?? [1_000, 's'];
  return `${Math.floor(ms / size)} ${unit}`;
}

import type { Overview } from '@connector/workflows';
import type { PlannedSweep, QueueState } from './read-queues.ts';

/** Everything that the overview page is made of. */
export type SystemState = {
  readonly overview: Overview;
  readonly queues: readonly QueueState[];
  readonly plannedSweeps: readonly PlannedSweep[];
};

export type Verdict = {
  readonly tone: 'good' | 'attention';
  readonly text: string;
  readonly details: readonly string[];
};

/** A sweep has this many rounds, and at least this long, to succeed once. */
const roundsToSucceed = 3;
const leastMsToSucceed = 15 * 60_000;

/** Whether everything is all right, and if not, what is not: the most pressing first. */
export function verdictOn(state: SystemState): Verdict {
  const { overview, queues, plannedSweeps } = state;
  const refused = overview.operations.filter(({ status }) => status === 'FAILED');
  const failedShops = overview.shops.find(({ status }) => status === 'failed')?.count ?? 0;
  // What a round left undone, the next one does: its row says how it stands.
  const failedJobs = queues.filter(({ name }) => name !== 'sweeps').map(({ counts }) => ({ count: counts.failed }));
  const details = [
    ...queues.flatMap(({ name, halt }) => (halt === undefined ? [] : [`The queue ${name} cannot go on: ${halt}`])),
    ...queues.filter(({ workers }) => workers === 0).map(({ name }) => `No worker serves the queue ${name}.`),
    ...queues.filter(({ paused }) => paused).map(({ name }) => `The queue ${name} is paused.`),
    ...(plannedSweeps.length === 0 ? ['No sweep is planned. Is a scheduler running?'] : []),
    ...overview.sweeps
      .filter(({ last_error }) => last_error)
      .map(({ name }) => `The sweep ${name} ended with an error.`),
    ...overview.sweeps.filter(({ name }) => isLate(state, name)).map(({ name }) => `The sweep ${name} is late.`),
    ...told(sum(refused), 'operation was refused and will be', 'operations were refused and will be', 'tried again.'),
    ...told(overview.unknownOutcomes, 'call', 'calls', 'to Stripe of unknown outcome, to be repeated with its key.'),
    ...told(overview.capturesInTrouble, 'payment', 'payments', 'cannot be captured, or will soon be lost.'),
    ...told(overview.unconfirmedDebits.count, 'debit', 'debits', 'could not be told to Mirakl.'),
    ...told(overview.openDifferences, 'difference', 'differences', 'with Stripe or Mirakl: connector reconciliation.'),
    ...told(failedShops, 'shop', 'shops', 'could not be onboarded.'),
    ...told(sum(failedJobs), 'job', 'jobs', 'failed and can be retried.'),
  ];
  if (details.length === 0) return { tone: 'good', text: 'Everything is all right.', details };
  return { tone: 'attention', text: 'Something wants a look.', details };
}

/** Whether a sweep that should run every so often has not succeeded for much longer than that, and is not running. */
export function isLate({ overview, plannedSweeps }: SystemState, name: string): boolean {
  const sweep = overview.sweeps.find((each) => each.name === name);
  const everyMs = plannedSweeps.find((each) => each.name === name)?.everyMs;
  if (!sweep || everyMs === undefined || (sweep.running_until && sweep.running_until > overview.readAt)) return false;
  const since = sweep.last_succeeded_at ?? sweep.last_started_at;
  if (since === null) return false;
  return overview.readAt.getTime() - since.getTime() > Math.max(roundsToSucceed * everyMs, leastMsToSucceed);
}

function sum(groups: readonly { readonly count: number }[]): number {
  return groups.reduce((total, { count }) => total + count, 0);
}

function told(count: number, one: string, many: string, rest: string): string[] {
  return count === 0 ? [] : [`${count.toLocaleString('en')} ${count === 1 ? one : many} ${rest}`];
}

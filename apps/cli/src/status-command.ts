import type { Config } from '@connector/config';
import { formatMoney, systemClock } from '@connector/kernel';
import { type Queues, queueNames } from '@connector/queues';
import { readOverview } from '@connector/workflows';
import { openConnections } from './open-connections.ts';
import { type Terminal, table } from './terminal.ts';

/** `connector status`: queues, sweeps, checkpoints with their age, rows by state and reason. Gives back the exit code. */
export async function status(config: Config, terminal: Terminal, options: { json?: boolean }): Promise<0> {
  await using connections = await openConnections(config);
  const overview = await readOverview(connections.db, systemClock());
  const queues = await readQueues(connections.queues);
  if (options.json) {
    const text = (_key: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value);
    terminal.say(JSON.stringify({ ...overview, queues }, text, 2));
    return 0;
  }
  const ageOf = (text: string | Date | null) => (text === null ? 'never' : age(new Date(text), overview.readAt));
  const { operations, money, sweeps, checkpoints, shops } = overview;
  const print = (title: string, head: string[], rows: (string | number)[][]) => {
    if (rows.length > 0) terminal.say(`${title}\n${table(head, rows)}\n`);
  };
  print(
    'Queues',
    ['queue', 'waiting', 'oldest waiting', 'active', 'delayed', 'failed'],
    queues.map(({ name, waiting, oldestWaitingAt, active, delayed, failed }) => [
      ...[name, waiting, oldestWaitingAt === null ? '' : ageOf(oldestWaitingAt)],
      ...[active, delayed, failed],
    ]),
  );
  print(
    'Sweeps',
    ['sweep', 'last success', 'outcome'],
    sweeps.map((sweep) => [sweep.name, ageOf(sweep.last_succeeded_at), sweep.last_error ?? sweep.last_outcome ?? '']),
  );
  print(
    'Checkpoints',
    ['checkpoint', 'value', 'age'],
    checkpoints.map(({ key, value }) => [key, value, ageOf(value)]),
  );
  print(
    'Rows by state',
    ['rows', 'kind', 'state', 'reason'],
    operations.map(({ count, kind, status: state, reason = '' }) => [count, kind, state, reason]),
  );
  print(
    'Money',
    ['kind', 'state', 'rows', 'total'],
    money.map(({ kind, status: state, count, total }) => [kind, state, count, formatMoney(total)]),
  );
  print(
    'Shops',
    ['shops', 'onboarding'],
    shops.map(({ count, status: state }) => [count, state]),
  );
  const { latest, count } = overview.unconfirmedDebits;
  print(
    `Debits that Mirakl could not be told of (${count})`,
    ['order', 'reason'],
    latest.map(({ orderId, reason }) => [orderId, reason]),
  );
  if (overview.capturesInTrouble > 0) {
    terminal.say(`${overview.capturesInTrouble} payments cannot be captured, or will soon be lost`);
  }
  if (overview.openDifferences > 0) {
    terminal.say(`Differences open with Stripe or Mirakl: ${overview.openDifferences} (connector reconciliation)`);
  }
  if (overview.unknownOutcomes > 0) terminal.say(`${overview.unknownOutcomes} calls to Stripe with an unknown outcome`);
  return 0;
}

function readQueues(queues: Queues) {
  return Promise.all(
    queueNames.map(async (name) => {
      const queue = queues.byName[name];
      const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'failed');
      const { waiting = 0, active = 0, delayed = 0, failed = 0 } = counts;
      const [oldest] = await queue.getWaiting(0, 0);
      const oldestWaitingAt = oldest === undefined ? null : new Date(oldest.timestamp);
      return { name, waiting, oldestWaitingAt, active, delayed, failed };
    }),
  );
}

function age(since: Date, now: Date): string {
  const minutes = Math.floor((now.getTime() - since.getTime()) / 60_000);
  if (Number.isNaN(minutes)) return '?';
  if (minutes < 60) return `${minutes} min`;
  return minutes < 2_880 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1_440)} d`;
}

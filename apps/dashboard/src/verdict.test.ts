import { describe, expect, test } from 'vitest';
import type { QueueState } from './read-queues.ts';
import { type SystemState, verdictOn } from './verdict.ts';

const readAt = new Date('2026-11-02T09:00:00Z');
const minutesAgo = (minutes: number) => new Date(readAt.getTime() - minutes * 60_000);

const sweep = {
  ...{
    name: 'onboarding.find-shops',
    running_until: null,
    run_id: null,
    last_outcome: 'nothing new',
    last_error: null,
  },
  ...{ last_started_at: minutesAgo(1), last_finished_at: minutesAgo(1), last_succeeded_at: minutesAgo(1) },
};
const queue: QueueState = {
  ...{ name: 'payment-split', oldestWaitingSince: undefined, paused: false, halt: undefined, workers: 1 },
  counts: { waiting: 0, active: 0, delayed: 0, failed: 0 },
};
const fine: SystemState = {
  overview: {
    ...{ readAt, operations: [], money: [], unknownOutcomes: 0, shops: [], failedShops: [], checkpoints: [] },
    ...{ sweeps: [sweep], capturesInTrouble: 0, unconfirmedDebits: { latest: [], count: 0 }, openDifferences: 0 },
  },
  queues: [queue],
  plannedSweeps: [{ name: sweep.name, nextAt: readAt, everyMs: 60_000 }],
};

test('all is well when nothing failed and somebody works', () => {
  expect(verdictOn(fine)).toMatchObject({ tone: 'good', text: 'Everything is all right.', details: [] });
});

describe('something wants a look', () => {
  const refused = {
    kind: 'transfer',
    status: 'FAILED',
    reason: 'no',
    oldestAt: readAt,
    unchangedSince: readAt,
  } as const;
  const withOverview = (change: Partial<SystemState['overview']>) => ({
    ...fine,
    overview: { ...fine.overview, ...change },
  });
  test.for<[string, SystemState, string]>([
    ['without a worker', { ...fine, queues: [{ ...queue, workers: 0 }] }, 'No worker serves the queue payment-split.'],
    ['with a paused queue', { ...fine, queues: [{ ...queue, paused: true }] }, 'The queue payment-split is paused.'],
    [
      'with a key that was revoked',
      { ...fine, queues: [{ ...queue, halt: 'Invalid API Key provided' }] },
      'The queue payment-split cannot go on: Invalid API Key provided',
    ],
    ['without a scheduler', { ...fine, plannedSweeps: [] }, 'No sweep is planned. Is a scheduler running?'],
    [
      'with a sweep that ended with an error',
      withOverview({ sweeps: [{ ...sweep, last_error: 'Mirakl is away' }] }),
      'The sweep onboarding.find-shops ended with an error.',
    ],
    [
      'with a sweep that has not succeeded for long',
      withOverview({ sweeps: [{ ...sweep, last_succeeded_at: minutesAgo(16) }] }),
      'The sweep onboarding.find-shops is late.',
    ],
    [
      'with a refused operation',
      withOverview({ operations: [{ ...refused, count: 1 }] }),
      '1 operation was refused and will be tried again.',
    ],
    [
      'with more failed shops than are listed',
      withOverview({ shops: [{ status: 'failed', count: 1_200 }] }),
      '1,200 shops could not be onboarded.',
    ],
    [
      'with a call of unknown outcome',
      withOverview({ unknownOutcomes: 1 }),
      '1 call to Stripe of unknown outcome, to be repeated with its key.',
    ],
    [
      'with a payment that cannot be captured',
      withOverview({ capturesInTrouble: 1 }),
      '1 payment cannot be captured, or will soon be lost.',
    ],
    [
      'with debits that Mirakl refuses',
      withOverview({ unconfirmedDebits: { latest: [], count: 2 } }),
      '2 debits could not be told to Mirakl.',
    ],
    [
      'with differences that a reconciliation has found',
      withOverview({ openDifferences: 2 }),
      '2 differences with Stripe or Mirakl: connector reconciliation.',
    ],
    [
      'with failed jobs',
      { ...fine, queues: [{ ...queue, counts: { ...queue.counts, failed: 2 } }] },
      '2 jobs failed and can be retried.',
    ],
  ])('%s', ([, state, detail]) => {
    expect(verdictOn(state)).toMatchObject({ tone: 'attention', details: [detail] });
  });
});

test('a round that failed counts no more once the sweep has succeeded', () => {
  const rounds = { ...queue, name: 'sweeps', counts: { ...queue.counts, failed: 500 } } as const;
  expect(verdictOn({ ...fine, queues: [rounds] }).tone).toBe('good');
});

test('a sweep that is at work, or runs once a day, is not late', () => {
  const old = { ...sweep, last_succeeded_at: minutesAgo(600) };
  const running = { ...old, running_until: new Date(readAt.getTime() + 60_000) };
  expect(verdictOn({ ...fine, overview: { ...fine.overview, sweeps: [running] } }).tone).toBe('good');
  const daily = [{ name: sweep.name, nextAt: readAt, everyMs: undefined }];
  expect(verdictOn({ ...fine, overview: { ...fine.overview, sweeps: [old] }, plannedSweeps: daily }).tone).toBe('good');
});

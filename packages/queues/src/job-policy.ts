import type { DefaultJobOptions } from 'bullmq';

/** How often a job is tried, and how long Redis remembers how it ended. Times in seconds, as BullMQ counts them here. */
export type JobPolicy = Pick<DefaultJobOptions, 'attempts' | 'removeOnComplete' | 'removeOnFail'>;

const hour = 3_600;
const day = 24 * hour;

/** A call that moves money or creates something: tried long, and a failure stays visible for two weeks. */
export const moneyMove: JobPolicy = {
  attempts: 8,
  removeOnComplete: { age: hour, count: 1_000 },
  removeOnFail: { age: 14 * day, count: 10_000 },
};

/** A round over everything that is due: the next round comes by itself, so a few tries are enough. */
export const sweepRound: JobPolicy = {
  attempts: 3,
  removeOnComplete: { age: day, count: 200 },
  removeOnFail: { age: 7 * day, count: 500 },
};

/**
 * A word to the operator. When it is tried again because he cannot be reached stands in the ledger; the tries here are for
 * what befalls ourselves.
 */
export const word: JobPolicy = {
  attempts: 5,
  removeOnComplete: { age: hour, count: 1_000 },
  removeOnFail: { age: 14 * day, count: 10_000 },
};

const firstPauseMs = 1_000;
const longestPauseMs = 5 * 60_000;

/**
 * The pause before the next try in milliseconds: doubles from one second up to five minutes. Somewhere in the upper half
 * of that, so that jobs which failed together do not come back together.
 */
export function backoffMs(attemptsMade: number, random: () => number = Math.random): number {
  const ceiling = Math.min(firstPauseMs * 2 ** (attemptsMade - 1), longestPauseMs);
  return Math.round(ceiling * (0.5 + random() / 2));
}

import { randomUUID } from 'node:crypto';
import type { BulkJobOptions, DeduplicationOptions } from 'bullmq';
import { type JobData, type JobName, jobCatalog } from './job-catalog.ts';
import type { Queues } from './open-queues.ts';
import { countCaused } from './run-progress.ts';

/** `run`: the id of the command-line run on whose behalf the jobs are added, to be carried on by the jobs they cause. */
export type EnqueueOptions = { readonly run?: string | undefined };

/** One round trip carries so many jobs at most. */
const chunkSize = 500;

/**
 * Adds one job per item, and gives back how many were added: a job of the same name and data that waits or runs already
 * is enough. Throws Redis's error if it is away; the ledger's rows stay due and are rung again by the recovery sweep.
 */
export async function enqueue<Name extends JobName>(
  queues: Queues,
  name: Name,
  items: readonly JobData<Name>[],
  options: EnqueueOptions = {},
): Promise<number> {
  const { queue, policy } = jobCatalog[name];
  let added = 0;
  for (let start = 0; start < items.length; start += chunkSize) {
    const jobs = items.slice(start, start + chunkSize).map((data) => ({
      name,
      data: options.run === undefined ? data : { ...data, run: options.run },
      opts: { ...policy, backoff: { type: 'custom' }, jobId: randomUUID(), deduplication: deduplication(name, data) },
    })) satisfies { opts: BulkJobOptions }[];
    // A job that was dropped comes back with the id of the one that made it superfluous.
    const answers = await queues.byName[queue].addBulk(jobs);
    added += answers.filter((answer, index) => answer.id === jobs[index]?.opts.jobId).length;
  }
  if (options.run !== undefined) await countCaused(queues, options.run, added);
  return added;
}

function deduplication<Name extends JobName>(name: Name, data: JobData<Name>): DeduplicationOptions {
  const id = [name, ...Object.values(data)].join(':');
  return jobCatalog[name].deduplication === 'rings-again' ? { id, keepLastIfActive: true } : { id };
}

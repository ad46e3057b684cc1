import { type Queues, queueNames } from '@connector/queues';

const lookedAtPerQueue = 1_000;
const shown = 20;

/** The failed jobs of a run with their reasons, a line each. Redis is asked for the latest failures of every queue. */
export async function listFailures(queues: Queues, runId: string): Promise<string[]> {
  const lines: string[] = [];
  for (const name of queueNames) {
    for (const job of await queues.byName[name].getFailed(0, lookedAtPerQueue - 1)) {
      const { run, ...ids } = job.data as Record<string, unknown>;
      if (run === runId) lines.push(`  ${[job.name, ...Object.values(ids)].join(' ')}: ${job.failedReason}`);
    }
  }
  if (lines.length <= shown) return lines;
  return [...lines.slice(0, shown), `  and ${lines.length - shown} more; connector status shows the state of the rows`];
}

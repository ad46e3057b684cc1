import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Config } from '@connector/config';
import { type Queues, type RunProgress, readRunProgress } from '@connector/queues';
import { listFailures } from './list-failures.ts';
import { openConnections } from './open-connections.ts';
import type { Terminal } from './terminal.ts';
import { explainUnknownWorkflow, isWorkflowName, type WorkflowName, workflowQueues } from './workflow-names.ts';
import { type WorkflowStart, workflowStarts } from './workflow-starts.ts';

export type RunOptions = {
  readonly shop?: number;
  readonly all?: boolean;
  readonly wait?: boolean;
  /** Seconds. */
  readonly timeout: number;
};

/** 0: settled, or only started. 1: a job failed. 2: no such workflow. 3: not settled in time, or nobody to do it. */
export type RunExitCode = 0 | 1 | 2 | 3;

const lookEveryMs = 250;
const withoutWorkerMs = 5_000;

/**
 * `connector run`: starts a workflow through the queue, and waits for everything that it causes if asked to. Does nothing
 * of it itself. Throws within seconds if the ledger or Redis is away.
 */
export async function run(
  config: () => Config,
  terminal: Terminal,
  workflow: string,
  options: RunOptions,
): Promise<RunExitCode> {
  if (!isWorkflowName(workflow)) {
    terminal.complain(explainUnknownWorkflow(workflow));
    return 2;
  }
  const settings = config();
  await using connections = await openConnections(settings);
  const runId = randomUUID();
  const starts = workflowStarts(
    { config: settings, ...connections },
    { workflow, run: runId, shopId: options.shop, all: options.all ?? false },
  );
  const present = await startAll(starts);
  if (options.wait) return await follow(connections.queues, terminal, { workflow, runId, present, options });
  terminal.say(present.length < starts.length ? `${workflow} started` : `${workflow} waits or runs already`);
  return 0;
}

/** Gives back those that could not be started because the same job waits or runs already. */
async function startAll(starts: readonly WorkflowStart[]): Promise<WorkflowStart[]> {
  const present: WorkflowStart[] = [];
  for (const start of starts) if ((await start()) === 0) present.push(start);
  return present;
}

type Followed = {
  readonly workflow: WorkflowName;
  readonly runId: string;
  readonly present: readonly WorkflowStart[];
  readonly options: RunOptions;
};

async function follow(
  queues: Queues,
  terminal: Terminal,
  { workflow, runId, options, ...followed }: Followed,
): Promise<RunExitCode> {
  const startedAt = performance.now();
  for (let { present } = followed; ; ) {
    const progress = await readRunProgress(queues, runId);
    const { caused, done, failed } = progress;
    const elapsedMs = performance.now() - startedAt;
    terminal.progress(describe(workflow, progress, present.length > 0));
    if (present.length === 0 && done + failed >= caused) {
      terminal.endProgress();
      for (const line of failed > 0 ? await listFailures(queues, runId) : []) terminal.complain(line);
      return failed > 0 ? 1 : 0;
    }
    const unserved = elapsedMs > withoutWorkerMs ? await findUnservedQueue(queues, workflow) : undefined;
    if (unserved !== undefined) {
      terminal.endProgress();
      terminal.complain(`No worker serves the queue ${unserved}: pnpm start:worker starts one. The jobs wait for it.`);
      return 3;
    }
    if (elapsedMs > options.timeout * 1_000) {
      terminal.endProgress();
      terminal.complain(`Not settled within ${options.timeout} seconds. The jobs go on; look with: connector status`);
      return 3;
    }
    await wait(lookEveryMs);
    // A round that was there before us is no answer: it may have begun before what ours is to see. So ours follows it.
    present = await startAll(present);
  }
}

/** A queue of the workflow in which jobs wait and that no worker listens to. */
async function findUnservedQueue(queues: Queues, workflow: WorkflowName): Promise<string | undefined> {
  for (const name of workflowQueues[workflow]) {
    const queue = queues.byName[name];
    if ((await queue.getWorkersCount()) === 0 && (await queue.getWaitingCount()) > 0) return name;
  }
  return undefined;
}

const barLength = 24;

function describe(workflow: WorkflowName, { caused, done, failed }: RunProgress, mustWait: boolean): string {
  if (caused === 0) return `${workflow} waits or runs already; ours follows it`;
  const settled = done + failed;
  const filled = Math.round((settled / caused) * barLength);
  const bar = `[${'#'.repeat(filled)}${'.'.repeat(barLength - filled)}]`;
  const failures = failed > 0 ? `, ${failed} failed` : '';
  const more = mustWait ? ', more to start after what runs already' : '';
  return `${bar} ${settled} of ${caused} jobs settled${failures}${more}`;
}

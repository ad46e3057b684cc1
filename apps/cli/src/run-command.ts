import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Config } from '@connector/config';
import { type Queues, queueNames, readRunProgress } from '@connector/queues';
import { type Connections, openConnections } from './open-connections.ts';
import { startWorkflow } from './start-workflow.ts';
import type { Terminal } from './terminal.ts';
import { workflowOf } from './workflow-names.ts';

export type RunOptions = {
  readonly shop?: number;
  readonly all?: boolean;
  readonly wait?: boolean;
  /** Seconds. */
  readonly timeout: number;
};

/** 0: settled, or only started. 1: a job failed. 3: not settled in time. */
export type RunExitCode = 0 | 1 | 3;

const lookEveryMs = 250;
const withoutWorkerMs = 5_000;

/** `connector run`: starts a workflow through the queue, and waits for everything that it causes if asked to. */
export async function run(config: Config, terminal: Terminal, name: string, options: RunOptions): Promise<RunExitCode> {
  const workflow = workflowOf(name);
  await using connections = await openConnections(config);
  const runId = randomUUID();
  const deadline = performance.now() + options.timeout * 1_000;
  const start = () =>
    startWorkflow(
      { config, ...connections },
      { workflow, run: runId, shopId: options.shop, all: options.all ?? false },
    );

  let added = await start();
  if (!options.wait) {
    terminal.say(added > 0 ? `${workflow} started` : `${workflow} waits or runs already`);
    return 0;
  }
  // Somebody else's round is no answer to ours: it may have begun before what we want it to see.
  for (; added === 0; added = await start()) {
    terminal.progress(`${workflow} runs already; waiting for its end`);
    if (performance.now() > deadline) return giveUp(terminal, options);
    await wait(lookEveryMs);
  }
  return await follow(connections, terminal, runId, deadline, options);
}

async function follow(
  { queues }: Connections,
  terminal: Terminal,
  runId: string,
  deadline: number,
  options: RunOptions,
): Promise<RunExitCode> {
  const startedAt = performance.now();
  for (;;) {
    const { caused, done, failed } = await readRunProgress(queues, runId);
    const settled = done + failed;
    terminal.progress(
      `${bar(settled / caused)} ${settled} of ${caused} jobs settled${failed > 0 ? `, ${failed} failed` : ''}`,
    );
    if (settled >= caused) {
      terminal.endProgress();
      if (failed > 0) for (const line of await failures(queues, runId)) terminal.say(line);
      return failed > 0 ? 1 : 0;
    }
    if (settled === 0 && performance.now() - startedAt > withoutWorkerMs && (await nobodyWorks(queues))) {
      terminal.endProgress();
      terminal.say('No worker is connected: start one with pnpm start:worker. The jobs wait for it.');
      return 3;
    }
    if (performance.now() > deadline) return giveUp(terminal, options);
    await wait(lookEveryMs);
  }
}

function giveUp(terminal: Terminal, { timeout }: RunOptions): RunExitCode {
  terminal.endProgress();
  terminal.say(`Not settled within ${timeout} seconds. The jobs go on; look with: connector status`);
  return 3;
}

const barLength = 24;

function bar(share: number): string {
  const filled = Math.round(Math.min(share || 0, 1) * barLength);
  return `[${'#'.repeat(filled)}${'.'.repeat(barLength - filled)}]`;
}

const failuresShown = 20;

async function failures(queues: Queues, runId: string): Promise<string[]> {
  const lines: string[] = [];
  for (const name of queueNames) {
    for (const job of await queues.byName[name].getFailed(0, 999)) {
      if ((job.data as { run?: string }).run === runId)
        lines.push(`  ${job.name} ${idsOf(job.data)}: ${job.failedReason}`);
    }
  }
  return lines.length > failuresShown
    ? [...lines.slice(0, failuresShown), `  and ${lines.length - failuresShown} more`]
    : lines;
}

function idsOf(data: unknown): string {
  const { run: _, ...ids } = data as Record<string, unknown>;
  return Object.values(ids).join(' ');
}

async function nobodyWorks(queues: Queues): Promise<boolean> {
  const counts = await Promise.all(queueNames.map((name) => queues.byName[name].getWorkersCount()));
  return counts.every((count) => count === 0);
}

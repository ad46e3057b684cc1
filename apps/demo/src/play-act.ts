import { setTimeout as wait } from 'node:timers/promises';
import type { Progress } from './progress.ts';
import type { RunConnector } from './run-connector.ts';

/** One act of the demo: something has been set going, and now we watch. */
export type Act = {
  /** What did not come about, should it not. */
  readonly complaint: string;
  /** How far it is. */
  readonly look: () => Promise<{ readonly line: string; readonly isOver: boolean }>;
  /** Workflows that the operator starts by hand when nothing has moved for a while. */
  readonly workflows?: readonly string[];
};

export type Stage = {
  readonly progress: Progress;
  readonly runConnector: RunConnector;
};

const patienceMs = 180_000;
const lookEveryMs = 300;
const idleMs = 4_000;

/**
 * Shows how far an act is until it is over; rejects with its complaint if it never is. What has just missed the moment at which it
 * could go on is looked at again after five minutes by itself: nobody wants to wait for that here, so the operator asks for it.
 */
export async function playAct(
  { progress, runConnector }: Stage,
  { complaint, look, workflows = [] }: Act,
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  let last = { line: '', at: performance.now() };
  for (;;) {
    const { line, isOver } = await look();
    const now = performance.now();
    progress.show(line);
    if (isOver) return progress.keep();
    if (now > deadline) throw new Error(`${complaint} within ${patienceMs / 1_000} seconds`);
    if (line !== last.line) last = { line, at: now };
    if (now - last.at > idleMs) {
      for (const workflow of workflows) {
        progress.show(`${line} (connector run ${workflow} --all)`);
        await runConnector('run', workflow, '--all');
      }
      last.at = performance.now();
    }
    await wait(lookEveryMs);
  }
}

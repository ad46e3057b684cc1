import type { Database, OperationKind } from '@connector/database';
import { raiseAlarms } from './alarms-table.ts';

/** One line of an operation's story. `from` is null for the first line. */
export type HistoryEntry = {
  readonly operationId: number;
  readonly from: string | null;
  readonly to: string;
  readonly reason: string | null;
  readonly attempt?: number;
  readonly stripeRequestId?: string | undefined;
  /** That somebody should look, where the state alone does not say so. */
  readonly isFailure?: boolean;
};

/** Who changed a state: the connector by its rules, or a person by name. */
export type Actor = 'connector' | `operator:${string}`;

/**
 * Adds lines to the story of operations, and marks those of interest to the operator. To be called in the transaction that
 * changes their rows.
 */
export async function writeHistory(
  db: Database,
  kind: OperationKind,
  entries: readonly HistoryEntry[],
  at: Date,
  actor: Actor = 'connector',
): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map((entry) => ({
    kind,
    operation_id: entry.operationId,
    from_status: entry.from,
    to_status: entry.to,
    reason: entry.reason,
    actor,
    attempt: entry.attempt ?? null,
    stripe_request_id: entry.stripeRequestId ?? null,
    at,
  }));
  await db.insertInto('operation_history').values(rows).execute();
  await raiseAlarms(db, kind, entries, at);
}

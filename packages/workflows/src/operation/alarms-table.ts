import type { Database, OperationKind } from '@connector/database';

/** A state that an operation has come to. `isFailure`: that somebody should look, where the state alone does not say so. */
export type NewState = { readonly operationId: number; readonly to: string; readonly isFailure?: boolean };

/**
 * Notes that somebody should look whether the operator knows the state of these operations: those that have failed, and
 * those that have come to their end after a failure he was told of; of payments he is told while they fail, no more. To be called
 * in the transaction that changes the rows.
 */
export async function raiseAlarms(
  db: Database,
  kind: OperationKind,
  states: readonly NewState[],
  now: Date,
): Promise<void> {
  const failed = states.filter(isFailed).map(({ operationId }) => operationId);
  if (failed.length > 0) {
    await db
      .insertInto('operation_alarm')
      .values(failed.map((operation_id) => ({ kind, operation_id, due_at: now })))
      .onConflict((conflict) => conflict.columns(['kind', 'operation_id']).doUpdateSet({ due_at: now }))
      .execute();
  }
  const hasEnded = (state: NewState) => isEnd.test(state.to) && !isFailed(state);
  const ended = states.filter(hasEnded).map(({ operationId }) => operationId);
  if (ended.length > 0) {
    await db
      .updateTable('operation_alarm')
      .set({ due_at: kind === 'payment' ? null : now })
      .where('kind', '=', kind)
      .where('operation_id', 'in', ended)
      .execute();
  }
}

const isEnd = /_(CREATED|ABORTED|IGNORED)$|^(captured|canceled|failed)$/;

function isFailed({ to, isFailure }: NewState): boolean {
  return to.endsWith('_FAILED') || isFailure === true;
}

import type { Database } from '@connector/database';
import { sql } from 'kysely';
import { fitReason } from '../status-reason.ts';
import type { Difference, Part } from './difference.ts';
import type { OperationName } from './movement.ts';
import type { Unit } from './runs-table.ts';

/**
 * Saves differences that a part of this run has found; those that are known are marked as found again. What a person has accepted
 * stays so as long as the amounts are those that he has accepted.
 */
export async function saveDifferences(
  db: Database,
  { runId, part }: Pick<Unit, 'runId' | 'part'>,
  differences: readonly Difference[],
  now: Date,
): Promise<void> {
  if (differences.length === 0) return;
  const found = { part, last_run_id: runId, last_seen_at: now };
  // A list that shows something twice does not make it two differences.
  const distinct = new Map(differences.map((difference) => [`${difference.kind} ${difference.subject}`, difference]));
  await db
    .insertInto('reconciliation_difference')
    .values([...distinct.values()].map((difference) => ({ ...columnsOf(difference), ...found, first_seen_at: now })))
    .onConflict((conflict) =>
      conflict.columns(['kind', 'subject']).doUpdateSet(({ ref }) => ({
        ...found,
        resolved_at: null,
        accepted_at: ifUnchanged('accepted_at'),
        note: ifUnchanged('note'),
        other_stripe_id: ref('excluded.other_stripe_id'),
        ledger_amount: ref('excluded.ledger_amount'),
        ledger_currency: ref('excluded.ledger_currency'),
        actual_amount: ref('excluded.actual_amount'),
        actual_currency: ref('excluded.actual_currency'),
      })),
    )
    .execute();
}

function ifUnchanged<Column extends 'accepted_at' | 'note'>(column: Column) {
  return sql<Column extends 'note' ? string | null : Date | null>`case
    when (reconciliation_difference.ledger_amount, reconciliation_difference.actual_amount)
      is not distinct from (excluded.ledger_amount, excluded.actual_amount)
    then reconciliation_difference.${sql.ref(column)} end`;
}

/**
 * What a unit has read again and not found any more is resolved. To be called when the whole unit is read. Where it does not read a
 * time but looks for what is open, nobody has looked for what was accepted.
 */
export async function resolveUnfound(db: Database, unit: Unit, now: Date): Promise<void> {
  const { accountId, from, to } = unit;
  await db
    .updateTable('reconciliation_difference')
    .set({ resolved_at: now })
    .where('resolved_at', 'is', null)
    .where('part', '=', unit.part)
    .where('last_run_id', '<>', unit.runId)
    .$if(accountId !== undefined, (query) => query.where('stripe_account_id', '=', accountId ?? ''))
    .$if(from === undefined, (query) => query.where('accepted_at', 'is', null))
    .$if(from !== undefined, (query) => query.where('listed_at', '>=', from ?? now))
    .$if(to !== undefined, (query) => query.where('listed_at', '<', to ?? now))
    .execute();
}

/** One operation was looked at and is in order. */
export async function resolveOperation(db: Database, part: Part, { kind, id }: OperationName, now: Date) {
  await db
    .updateTable('reconciliation_difference')
    .set({ resolved_at: now })
    .where('resolved_at', 'is', null)
    .where('part', '=', part)
    .where('operation_kind', '=', kind)
    .where('operation_id', '=', id)
    .execute();
}

/** Notes that a person has dealt with an open difference; false if there is none of this id. */
export async function acceptDifference(
  db: Database,
  { id, note }: { readonly id: number; readonly note: string },
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('reconciliation_difference')
    .set({ accepted_at: now, note: fitReason(note) })
    .where('id', '=', id)
    .where('resolved_at', 'is', null)
    .where('accepted_at', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

function columnsOf({ ledger, actual, operation, ...difference }: Difference) {
  return {
    kind: difference.kind,
    subject: difference.subject,
    movement: difference.movement,
    stripe_id: difference.stripeId ?? null,
    other_stripe_id: difference.otherStripeId ?? null,
    stripe_account_id: difference.accountId ?? null,
    mirakl_id: difference.miraklId ?? null,
    mirakl_order_id: difference.orderId ?? null,
    mirakl_shop_id: difference.shopId ?? shopOf(difference.accountId),
    operation_kind: operation?.kind ?? null,
    operation_id: operation?.id ?? null,
    ledger_amount: ledger?.minor ?? null,
    ledger_currency: ledger?.currency ?? null,
    actual_amount: actual?.minor ?? null,
    actual_currency: actual?.currency ?? null,
    listed_at: difference.listedAt,
  };
}

/** Of what no row stands for the account alone is known. */
function shopOf(accountId: string | undefined) {
  return accountId === undefined
    ? null
    : sql<number | null>`(select mirakl_shop_id from account_mapping where stripe_account_id = ${accountId})`;
}

import type { Database, Schema } from '@connector/database';
import type { Selectable } from 'kysely';
import type { Part } from './difference.ts';

/** A comparison of what was made from one moment to another, which comes in units that are done one by one. */
export type Run = { readonly id: number; readonly from: Date; readonly to: Date };

/** A step of a run: what stands on one list. */
export type Unit = {
  readonly id: number;
  readonly runId: number;
  readonly part: Part;
  /** Undefined: the platform's, or none at all. */
  readonly accountId: string | undefined;
  readonly from: Date | undefined;
  /** Exclusive. */
  readonly to: Date | undefined;
  /** How far its list was read, should it not be read from the beginning. */
  readonly cursor: string | undefined;
};

export type NewUnit = Pick<Unit, 'part'> & Partial<Pick<Unit, 'accountId' | 'from' | 'to'>>;

/** The run that is under way; undefined if there is none. */
export async function findOpenRun(db: Database): Promise<Run | undefined> {
  const row = await db.selectFrom('reconciliation_run').selectAll().where('finished_at', 'is', null).executeTakeFirst();
  return row && runOf(row);
}

/** Lays out a run. */
export async function insertRun(
  db: Database,
  { from, to }: Omit<Run, 'id'>,
  units: readonly NewUnit[],
  now: Date,
): Promise<Run> {
  const row = await db
    .insertInto('reconciliation_run')
    .values({ compared_from: from, compared_to: to, started_at: now, advanced_at: now })
    .returningAll()
    .executeTakeFirstOrThrow();
  for (let start = 0; start < units.length; start += rowsAtOnce) {
    const rows = units.slice(start, start + rowsAtOnce).map((unit) => ({
      ...{ run_id: row.id, part: unit.part, stripe_account_id: unit.accountId ?? null },
      ...{ from_at: unit.from ?? null, to_at: unit.to ?? null },
    }));
    await db.insertInto('reconciliation_unit').values(rows).execute();
  }
  return runOf(row);
}

const rowsAtOnce = 1_000;

/** The next units of the run that are not done, in their order. */
export async function findUnitsToDo(db: Database, { id }: Run, limit: number): Promise<Unit[]> {
  const rows = await db
    .selectFrom('reconciliation_unit')
    .selectAll()
    .where('run_id', '=', id)
    .where('done_at', 'is', null)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(unitOf);
}

/** Notes that so much more was compared, and how far the list was read. */
export async function advanceUnit(
  db: Database,
  unit: Unit,
  { compared, cursor }: { readonly compared: number; readonly cursor?: string | undefined },
  now: Date,
): Promise<void> {
  await db
    .updateTable('reconciliation_unit')
    .set((old) => ({ compared: old('compared', '+', compared), ...(cursor === undefined ? {} : { cursor }) }))
    .where('id', '=', unit.id)
    .execute();
  await db.updateTable('reconciliation_run').set({ advanced_at: now }).where('id', '=', unit.runId).execute();
}

/** Notes that the unit is done. */
export async function endUnit(db: Database, { id }: Unit, now: Date): Promise<void> {
  await db.updateTable('reconciliation_unit').set({ done_at: now }).where('id', '=', id).execute();
}

/** Ends a run whose units are all done, and gives back how many things were compared. Its units are forgotten. */
export async function endRun(db: Database, { id }: Run, now: Date): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const { total } = await trx
      .selectFrom('reconciliation_unit')
      .select(({ fn }) => fn.sum<bigint | null>('compared').as('total'))
      .where('run_id', '=', id)
      .executeTakeFirstOrThrow();
    const compared = Number(total ?? 0);
    await trx.updateTable('reconciliation_run').set({ finished_at: now, compared }).where('id', '=', id).execute();
    await trx.deleteFrom('reconciliation_unit').where('run_id', '=', id).execute();
    return compared;
  });
}

function runOf(row: Selectable<Schema['reconciliation_run']>): Run {
  return { id: row.id, from: row.compared_from, to: row.compared_to };
}

function unitOf(row: Selectable<Schema['reconciliation_unit']>): Unit {
  return {
    ...{ id: row.id, runId: row.run_id, part: row.part as Part },
    accountId: row.stripe_account_id ?? undefined,
    ...{ from: row.from_at ?? undefined, to: row.to_at ?? undefined, cursor: row.cursor ?? undefined },
  };
}

import type { Database } from '@connector/database';

/** Notes that the other side has what the ledger names so. */
export async function noteSightings(db: Database, names: readonly string[], now: Date): Promise<void> {
  if (names.length === 0) return;
  await db
    .insertInto('reconciliation_sighting')
    .values([...new Set(names)].map((name) => ({ name, seen_at: now })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Forgets sightings of what is no longer compared. */
export async function forgetSightings(db: Database, before: Date): Promise<void> {
  await db.deleteFrom('reconciliation_sighting').where('seen_at', '<', before).execute();
}

import type { Clock } from '@connector/kernel';
import type { Logger, Metrics } from '@connector/observability';
import { createDatabase, type DatabaseOptions } from './create-database.ts';
import { keepLedgerTime } from './ledger-clock.ts';
import { requireReadyDatabase, requireWritableDatabase } from './ready.ts';
import type { Database } from './schema.ts';
import { watchRefusals } from './watch-refusals.ts';

/** The ledger as an app works with it. */
export type Ledger = {
  readonly db: Database;
  /** The ledger's time, which all pods share. */
  readonly now: Clock;
  /** Rejects while the ledger takes no writes, with what to do about it. */
  readonly checkWriting: () => Promise<void>;
  /** Rejects while the clock of this machine is wrong. */
  readonly checkClock: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/**
 * Opens the ledger, and keeps an eye on what it refuses and on the time. Throws `database_unavailable`, and
 * `database_not_migrated` if it lacks our schema.
 */
export async function openLedger(
  options: DatabaseOptions,
  { log, metrics }: { readonly log: Logger; readonly metrics: Metrics },
): Promise<Ledger> {
  const refusals = watchRefusals(metrics.countLedgerError);
  const db = createDatabase({
    ...options,
    onIdleError: (err) => log.warn({ err }, 'database connection lost'),
    onQueryError: refusals.note,
  });
  try {
    await requireReadyDatabase(db);
    const clock = await keepLedgerTime(db, { log, metrics });
    return {
      ...{ db, now: clock.now, checkClock: clock.check },
      checkWriting: () => requireWritableDatabase(db, refusals),
      close: async () => {
        clock.close();
        await db.destroy();
      },
    };
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

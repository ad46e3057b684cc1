import type { Database } from '@connector/database';
import type { Clock } from '@connector/kernel';
import type { MiraklOperation } from './mirakl-error.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

/**
 * How long Mirakl's contract wants between two listings of the same kind, further pages not counted ("Call Frequency" in its
 * API description). Listings by ids count like any other. The contract names nothing for shops, service orders, and debits
 * and refunds that wait: their sweeps come once a minute at most.
 */
export const minimumIntervalsMs: Readonly<Partial<Record<MiraklOperation, number>>> = {
  OR11: minute,
  IV01: day,
  SBC11: day,
  AF01: day,
};

/** The turn to make a listing. `giveBack`: it has brought nothing, and is to be there again in a few minutes. */
export type Turn = { readonly giveBack: () => Promise<void> };

/** Asks for the turn to make a listing. */
export type TakeTurn = (
  operation: MiraklOperation,
  intervalMs: number,
) => Promise<({ readonly taken: true } & Turn) | { readonly taken: false; readonly waitMs: number }>;

/** How soon a listing that has failed may be tried again, where its interval is longer. */
const pauseAfterFailureMs = 10 * minute;

/** Turns over all processes that share the ledger; a restart or a lost Redis gives none away. */
export function turnsInLedger(db: Database, clock: Clock): TakeTurn {
  return async (operation, intervalMs) => {
    const now = clock();
    const turn = { last_started_at: now };
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('mirakl_call')
      .values({ operation, ...turn })
      .onConflict((conflict) =>
        conflict
          .column('operation')
          .doUpdateSet(turn)
          .where('mirakl_call.last_started_at', '<=', new Date(now.getTime() - intervalMs)),
      )
      .executeTakeFirstOrThrow();
    if (numInsertedOrUpdatedRows === 1n) {
      const giveBack = async () => {
        const pauseMs = Math.min(intervalMs, pauseAfterFailureMs);
        await db
          .updateTable('mirakl_call')
          .set({ last_started_at: new Date(clock().getTime() - intervalMs + pauseMs) })
          .where('operation', '=', operation)
          .where('last_started_at', '=', now)
          .execute();
      };
      return { taken: true, giveBack };
    }
    const last = await db
      .selectFrom('mirakl_call')
      .select('last_started_at')
      .where('operation', '=', operation)
      .executeTakeFirstOrThrow();
    return { taken: false, waitMs: Math.max(last.last_started_at.getTime() + intervalMs - now.getTime(), 1_000) };
  };
}

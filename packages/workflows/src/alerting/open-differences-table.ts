import type { Database } from '@connector/database';
import { currencyOf, type Money, moneyFromMinor } from '@connector/kernel';
import type { FailuresByKind } from '@connector/outbound';
import { sql } from 'kysely';
import { type DifferenceKind, differenceKinds, explainDifference } from '../reconciliation/index.ts';

/** Differences with Stripe or Mirakl that are open: the `limit` worst, of the same kind the newest, and how many there are. */
export async function readOpenDifferences(db: Database, limit: number): Promise<FailuresByKind['differences']> {
  const open = db
    .selectFrom('reconciliation_difference')
    .where('resolved_at', 'is', null)
    .where('accepted_at', 'is', null);
  const { total } = await open.select(({ fn }) => fn.countAll<bigint>().as('total')).executeTakeFirstOrThrow();
  const rows = await open
    .selectAll()
    .orderBy(sql`array_position(${differenceKinds}::text[], kind)`)
    .orderBy('first_seen_at', 'desc')
    .limit(limit)
    .execute();
  return {
    total: Number(total),
    rows: rows.map((row) => ({
      ...{ internalId: row.id, kind: row.kind, movement: row.movement },
      ...{ miraklId: row.mirakl_id ?? undefined, stripeId: row.stripe_id ?? undefined },
      ledger: moneyOf(row.ledger_amount, row.ledger_currency),
      actual: moneyOf(row.actual_amount, row.actual_currency),
      cause: explainDifference(row.kind as DifferenceKind).cause,
    })),
  };
}

function moneyOf(minor: bigint | null, code: string | null): Money | undefined {
  const currency = currencyOf(code ?? '');
  return minor === null || currency === undefined ? undefined : moneyFromMinor(minor, currency);
}

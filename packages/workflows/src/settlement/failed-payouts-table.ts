import { type Database, utcTimestamp } from '@connector/database';
import { writeHistory } from '../operation/history.ts';
import { findRestoration, mayBeMade } from '../operation/restoration-table.ts';
import { nextTryAfterRefusal } from '../retry-pauses.ts';
import { fitReason } from '../status-reason.ts';

/** A payout that the bank has sent back. */
export type FailedPayout = {
  readonly payoutId: string;
  readonly accountId: string;
  /** As the payout's metadata name them; undefined for one that is none of ours. */
  readonly invoiceId: number | undefined;
  readonly round: number;
  readonly reason: string;
  /** Another one to the same bank account would fail as well. */
  readonly isFinal: boolean;
};

/**
 * Records that a payout has failed after it was made, so that a new one will be tried; false if there is none of ours that this
 * is news of. It is found by its id, or by its invoice and round if the failure comes before we have noted the id (lessons.md,
 * L11): an earlier round of the invoice is no news, and nor is an invoice of another seller.
 */
export async function recordPayoutFailed(db: Database, failed: FailedPayout, now: Date): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('stripe_payout')
      .innerJoin('account_mapping', 'account_mapping.id', 'stripe_payout.account_mapping_id')
      .select(['stripe_payout.id', 'status', 'round', 'decided_at', 'mirakl_created_date'])
      .select('account_mapping.mirakl_shop_id')
      .where('stripe_account_id', '=', failed.accountId)
      .where((row) => {
        const made = row.and([row('status', '=', 'PAYOUT_CREATED'), row('payout_id', '=', failed.payoutId)]);
        if (failed.invoiceId === undefined) return made;
        const notYetNoted = row.and([
          row('status', '=', 'PAYOUT_PENDING'),
          row('mirakl_invoice_id', '=', failed.invoiceId),
          row('round', '=', failed.round),
          row.or([row('payout_id', 'is', null), row('payout_id', '!=', failed.payoutId)]),
        ]);
        return row.or([made, notYetNoted]);
      })
      .forUpdate('stripe_payout')
      .executeTakeFirst();
    if (!row) return false;
    const round = row.round + 1;
    const status_reason = fitReason(failed.reason);
    await trx
      .updateTable('stripe_payout')
      .set({
        ...{ status: 'PAYOUT_FAILED', status_reason, payout_id: failed.payoutId, round },
        // What the old connector has made lacks them, and is to be found by them from now on.
        ...{ mirakl_shop_id: row.mirakl_shop_id, decided_at: row.decided_at ?? now },
        ...{ idempotency_key: null, request: null, first_sent_at: null, claimed_until: null },
        // In the time that a restored ledger has lost another one may have been made.
        look_up_first: mayBeMade(row.mirakl_created_date, await findRestoration(trx), now),
        next_try_at: failed.isFinal ? null : nextTryAfterRefusal(round, now),
        modification_datetime: utcTimestamp(now),
      })
      .where('id', '=', row.id)
      .execute();
    const entry = { operationId: row.id, from: row.status, to: 'PAYOUT_FAILED', reason: status_reason };
    await writeHistory(trx, 'payout', [entry], now);
    return true;
  });
}

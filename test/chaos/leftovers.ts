import type { Database } from '@connector/database';
import { type Queues, queueNames } from '@connector/queues';
import { sql } from 'kysely';

/** A job that has waited so long while workers were idle is stuck. */
const stuckAfterMs = 60_000;

/**
 * What should not be there once everything has settled: operations without an end or a reason, calls whose outcome nobody
 * knows, jobs that nobody does. In words; empty if all is well.
 */
export async function findLeftovers(db: Database, queues: Queues): Promise<string[]> {
  return [...(await openOperations(db)), ...(await stuckJobs(queues))];
}

type OpenOperation = { readonly what: string; readonly status: string; readonly reason: string | null };

async function openOperations(db: Database): Promise<string[]> {
  const { rows } = await sql<OpenOperation & { readonly unknown: boolean }>`
    SELECT what, status, status_reason AS reason, idempotency_key IS NOT NULL AS unknown
    FROM (
      SELECT 'transfer ' || mirakl_id AS what, status, status_reason, idempotency_key,
        status = 'TRANSFER_PENDING' AS ready, status = 'TRANSFER_CREATED' AS done FROM stripe_transfer
      UNION ALL
      SELECT 'refund ' || mirakl_refund_id, status, status_reason, idempotency_key,
        status = 'REFUND_PENDING', status = 'REFUND_CREATED' FROM stripe_refund
      UNION ALL
      SELECT 'payout ' || mirakl_invoice_id, status, status_reason, idempotency_key,
        status = 'PAYOUT_PENDING', status = 'PAYOUT_CREATED' FROM stripe_payout
      UNION ALL
      SELECT 'payment ' || stripe_charge_id, status, status_reason, idempotency_key,
        status = 'to_capture' AND decided_at IS NOT NULL, status <> 'to_capture' FROM payment_mapping
    ) AS operation
    WHERE ready OR idempotency_key IS NOT NULL OR (NOT done AND status_reason IS NULL)`.execute(db);
  return rows.map(({ what, status, reason, unknown }) =>
    [what, status, unknown ? 'with a call of unknown outcome' : 'without an end', reason ?? 'no reason'].join(', '),
  );
}

async function stuckJobs(queues: Queues): Promise<string[]> {
  const found: string[] = [];
  for (const name of queueNames) {
    const [oldest] = await queues.byName[name].getWaiting(0, 0);
    if (oldest && Date.now() - oldest.timestamp > stuckAfterMs) found.push(`${oldest.name} is stuck in ${name}`);
    for (const job of await queues.byName[name].getActive(0, 20)) {
      if (Date.now() - (job.processedOn ?? Date.now()) > stuckAfterMs)
        found.push(`${job.name} runs for ever in ${name}`);
    }
  }
  return found;
}

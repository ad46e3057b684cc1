import type { Config } from '@connector/config';
import type { Database } from '@connector/database';
import type { Finding } from './finding.ts';

const subject = 'Settlement';

/** Whether the settlement of sellers' invoices knows where to begin. */
export async function checkSettlement(db: Database, { split }: Pick<Config, 'split'>): Promise<Finding> {
  const checkpoint = await db
    .selectFrom('config')
    .select('key')
    .where('key', '=', 'seller_settlement_checkpoint')
    .where('value', 'is not', null)
    .executeTakeFirst();
  if (checkpoint || split.startDate !== undefined) {
    return { level: 'good', subject, text: 'knows where to begin with invoices' };
  }
  const text = 'would not pay out any invoice: there is no checkpoint and no START_DATE';
  return { level: 'problem', subject, text, hint: 'Set START_DATE to an ISO date, or to all.' };
}

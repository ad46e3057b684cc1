import type { Config } from '@connector/config';
import type { Database } from '@connector/database';
import type { Finding } from './finding.ts';

const subject = 'Payment split';

/** Whether the payment split knows where to begin, and where taxes go. */
export async function checkSplit(db: Database, { split }: Config): Promise<Finding[]> {
  const kinds = (['product', 'service'] as const).filter((kind) => split[kind]);
  if (kinds.length === 0) {
    const hint = 'Set ENABLE_PRODUCT_PAYMENT_SPLIT or ENABLE_SERVICE_PAYMENT_SPLIT.';
    return [{ level: 'warning', subject, text: 'is switched off', hint }];
  }
  const checkpoints = await db.selectFrom('config').select('key').where('value', 'is not', null).execute();
  const known = new Set(checkpoints.map(({ key }) => key));
  const findings = kinds.map((kind): Finding => {
    if (split.startDate !== undefined || known.has(`${kind}_payment_split_checkpoint`)) {
      return { level: 'good', subject, text: `knows where to begin with ${kind} orders` };
    }
    const text = `would not pay any ${kind} order: there is no checkpoint and no START_DATE`;
    return { level: 'problem', subject, text, hint: 'Set START_DATE to an ISO date, or to all.' };
  });
  return split.tax ? [...findings, await checkTaxAccount(db, split.tax.accountId)] : findings;
}

async function checkTaxAccount(db: Database, accountId: string): Promise<Finding> {
  const mapping = await db
    .selectFrom('account_mapping')
    .select('id')
    .where('stripe_account_id', '=', accountId)
    .executeTakeFirst();
  if (mapping) return { level: 'good', subject, text: `taxes go to ${accountId}` };
  const text = `the tax account ${accountId} is not mapped`;
  return { level: 'problem', subject, text, hint: 'Map it to shop id 0 in account_mapping.' };
}

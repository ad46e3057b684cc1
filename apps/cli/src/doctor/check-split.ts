import type { Config } from '@connector/config';
import { createDatabase } from '@connector/database';
import type { Finding } from './finding.ts';

const subject = 'Payment split';

/** Whether the payment split knows where to begin, and where taxes go. */
export async function checkSplit({ split, database }: Config): Promise<Finding[]> {
  const kinds = (['product', 'service'] as const).filter((kind) => split[kind]);
  if (kinds.length === 0) {
    const hint = 'Set ENABLE_PRODUCT_PAYMENT_SPLIT or ENABLE_SERVICE_PAYMENT_SPLIT.';
    return [{ level: 'warning', subject, text: 'is switched off', hint }];
  }
  const db = createDatabase({ ...database, poolSize: 1 });
  try {
    const checkpoints = await db.selectFrom('config').select('key').where('value', 'is not', null).execute();
    const known = new Set(checkpoints.map(({ key }) => key));
    const findings = kinds.map((kind): Finding => {
      if (split.startDate !== undefined || known.has(`${kind}_payment_split_checkpoint`)) {
        return { level: 'good', subject, text: `knows where to begin with ${kind} orders` };
      }
      const hint = 'Set START_DATE to an ISO date, or to all.';
      return {
        level: 'problem',
        subject,
        text: `would not pay any ${kind} order: there is no checkpoint and no START_DATE`,
        hint,
      };
    });
    if (!split.tax) return findings;
    const { accountId } = split.tax;
    const mapping = await db
      .selectFrom('account_mapping')
      .select('id')
      .where('stripe_account_id', '=', accountId)
      .executeTakeFirst();
    const tax: Finding = mapping
      ? { level: 'good', subject, text: `taxes go to ${accountId}` }
      : {
          level: 'problem',
          subject,
          text: `the tax account ${accountId} is not mapped`,
          hint: 'Map it to shop id 0 in account_mapping.',
        };
    return [...findings, tax];
  } finally {
    await db.destroy();
  }
}

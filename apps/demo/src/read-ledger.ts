import { currencyOf, formatMajor, moneyFromMinor } from '@connector/kernel';
import type { Marketplace } from './open-marketplace.ts';

/** Rows of the ledger that share a state and a reason; ids in the reason are left out. */
export type StateCount = { readonly status: string; readonly reason: string; readonly count: number };
export type MoneyLine = { readonly currency: string; readonly transfers: number; readonly amount: string };

/** How many shops are onboarded. */
export async function countOnboarded({ db }: Marketplace): Promise<number> {
  const row = await db
    .selectFrom('shop_onboarding')
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .where('status', 'in', ['done', 'ignored'])
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** The transfers by state and kind of reason. */
export async function countStates({ db }: Marketplace): Promise<StateCount[]> {
  const rows = await db.selectFrom('stripe_transfer').select(['status', 'status_reason']).execute();
  const groups = Map.groupBy(rows, (row) => `${row.status}\n${withoutIds(row.status_reason ?? '')}`);
  return [...groups]
    .map(([key, members]) => {
      const [status = '', reason = ''] = key.split('\n');
      return { status: status.replace('TRANSFER_', ''), reason, count: members.length };
    })
    .sort((a, b) => a.status.localeCompare(b.status) || b.count - a.count);
}

/** What was transferred, by currency. */
export async function sumMoney({ db }: Marketplace): Promise<MoneyLine[]> {
  const rows = await db
    .selectFrom('stripe_transfer')
    .select(({ fn }) => ['currency', fn.countAll<bigint>().as('transfers'), fn.sum<string>('amount').as('minor')])
    .where('status', '=', 'TRANSFER_CREATED')
    .groupBy('currency')
    .orderBy('currency')
    .execute();
  return rows.map((row) => {
    const currency = currencyOf(row.currency ?? '');
    const amount = currency ? formatMajor(moneyFromMinor(BigInt(row.minor), currency)) : row.minor;
    return { currency: currency ?? '?', transfers: Number(row.transfers), amount };
  });
}

function withoutIds(reason: string): string {
  return reason
    .replace(/\b(Order|Service)_\w+-\w/g, '…')
    .replace(/\b(acct|pi|ch|py|req)_\w+/g, '…')
    .replace(/(Amount) \S+ (\w{3})/, '$1 … $2')
    .replace(/\b(shop ID|Shop) \d+/g, '$1 …');
}

import type { Marketplace } from './open-marketplace.ts';

/** What waits or will not be made, grouped by state and reason; what differs from one to the other in a reason is left out. */
export type WaitingCount = {
  /** What it is, such as `transfer`. */
  readonly kinds: readonly string[];
  readonly state: string;
  readonly reason: string;
  readonly count: number;
};

/** How many shops are onboarded. */
export async function countOnboarded({ db }: Marketplace): Promise<number> {
  const row = await db
    .selectFrom('shop_onboarding')
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .where('status', 'in', ['done', 'ignored'])
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** How many operations of a table the ledger knows, of the payment split in that of transfers, and how many are yet to be sent. */
export async function countOperations(
  { db }: Marketplace,
  table: 'stripe_transfer' | 'stripe_refund' | 'stripe_payout',
): Promise<{ readonly known: number; readonly pending: number }> {
  const rows = await db.selectFrom(table).select('status').execute();
  return { known: rows.length, pending: rows.filter(({ status }) => status.endsWith('_PENDING')).length };
}

/** The charges of the payment mappings in the order in which they became known. */
export async function readChargesHeard({ db }: Marketplace): Promise<string[]> {
  const rows = await db.selectFrom('payment_mapping').select('stripe_charge_id').orderBy('id').execute();
  return rows.map((row) => row.stripe_charge_id);
}

const names: Readonly<Record<string, string>> = {
  TRANSFER_PRODUCT_ORDER: 'transfer',
  TRANSFER_SERVICE_ORDER: 'transfer',
  TRANSFER_REFUND: 'reversal',
  TRANSFER_SUBSCRIPTION: 'subscription',
  TRANSFER_EXTRA_CREDITS: 'credit',
  TRANSFER_EXTRA_INVOICES: 'bill',
};

/** Everything that has not been done, and why. */
export async function countWaiting({ db }: Marketplace): Promise<WaitingCount[]> {
  const columns = ['status', 'status_reason as reason'] as const;
  const [payments, transfers, refunds, payouts] = await Promise.all([
    db.selectFrom('payment_mapping').select(columns).where('status', '=', 'to_capture').execute(),
    db
      .selectFrom('stripe_transfer')
      .select([...columns, 'type'])
      .where('status', '!=', 'TRANSFER_CREATED')
      .execute(),
    db.selectFrom('stripe_refund').select(columns).where('status', '!=', 'REFUND_CREATED').execute(),
    db.selectFrom('stripe_payout').select(columns).where('status', '!=', 'PAYOUT_CREATED').execute(),
  ]);
  const rows = [
    ...payments.map(({ reason }) => ({ what: 'capture', status: 'ON_HOLD', reason })),
    ...transfers.map(({ type, ...row }) => ({ what: names[type] ?? type, ...row })),
    ...refunds.map((row) => ({ what: 'refund', ...row })),
    ...payouts.map((row) => ({ what: 'payout', ...row })),
  ];
  const groups = Map.groupBy(
    rows,
    ({ status, reason }) => `${status.replace(/^(TRANSFER|REFUND|PAYOUT)_/, '')}\n${generalized(reason ?? '')}`,
  );
  return [...groups].map(([key, members]) => {
    const [state = '', reason = ''] = key.split('\n');
    return { kinds: [...new Set(members.map(({ what }) => what))], state, reason, count: members.length };
  });
}

function generalized(reason: string): string {
  return reason
    .replace(/\b(Order|Service|Checkout|Amount)_\w+-\w/g, '…')
    .replace(/\b(acct|pi|ch|py|req|re|tr)_\w+/g, '…')
    .replace(/(Amount) \S+ [A-Z]{3}/, '$1 …')
    .replace(/\b(shop ID|Shop|Invoice|Refund) \d+/g, '$1 …')
    .replace(/\d[\d.,]* [A-Z]{3}\b/g, '…')
    .replace(/(status is) \w+.*/, '$1 …');
}

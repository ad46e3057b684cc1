import type { Database, OperationKind, SweepRow } from '@connector/database';
import { currencyOf, type Money, moneyFromMinor } from '@connector/kernel';
import { sql } from 'kysely';
import { isUnclaimed } from '../operation/waiting-operations-table.ts';

/** Operations that share a state and a kind of reason; what differs between their reasons reads `…`. */
export type OperationGroup = OperationCount & {
  /** `Other reasons` stands for all beyond the most frequent ones of a state. */
  readonly reason: string | undefined;
  /** When the oldest of them was recorded. */
  readonly oldestAt: Date;
  /** The last change of the one that has not changed for longest. */
  readonly unchangedSince: Date;
};

export type OperationCount = {
  readonly kind: OperationKind;
  /** Without the kind's name in front: `ON_HOLD`. A payment's are in lower case: `to_capture`. */
  readonly status: string;
  readonly count: number;
};

const tables = {
  transfer: 'stripe_transfer',
  payout: 'stripe_payout',
  refund: 'stripe_refund',
  payment: 'payment_mapping',
} as const;
const kinds: readonly OperationKind[] = ['payment', 'transfer', 'payout', 'refund'];

/** What is moved, or was; of a payment all that the buyer agreed to until it is captured. */
const amountOf = (kind: OperationKind) =>
  kind === 'payment' ? sql`coalesce(nullif(capture_amount, 0), stripe_amount)` : sql.ref('amount');

/** All operations by state and kind of reason, the largest groups first; of each state the `reasonsShown` most frequent reasons. */
export async function groupOperations(db: Database, reasonsShown: number): Promise<OperationGroup[]> {
  const groups = await Promise.all(
    kinds.map(async (kind) => {
      // Ids, amounts and request numbers are the words with a digit in them.
      const { rows } = await sql<GroupRow>`
        with grouped as (
          select status, regexp_replace(status_reason, '\\S*\\d\\S*', '…', 'g') as reason, count(*) as count,
            min(creation_datetime) as oldest_at, min(modification_datetime) as unchanged_since
          from ${sql.table(tables[kind])} group by 1, 2
        ), ranked as (
          select *, row_number() over (partition by status order by count desc, reason) as rank from grouped
        )
        select status, case when rank <= ${reasonsShown} then reason else 'Other reasons' end as reason,
          sum(count)::bigint as count, min(oldest_at) as oldest_at, min(unchanged_since) as unchanged_since
        from ranked group by 1, 2 order by 3 desc, 1, 2`.execute(db);
      return rows.map((row) => ({
        kind,
        status: withoutKind(row.status),
        reason: row.reason ?? undefined,
        count: Number(row.count),
        oldestAt: row.oldest_at,
        unchangedSince: row.unchanged_since,
      }));
    }),
  );
  return groups.flat();
}

type GroupRow = { status: string; reason: string | null; count: bigint; oldest_at: Date; unchanged_since: Date };

/** How many operations are in each state. */
export async function countOperations(db: Database): Promise<OperationCount[]> {
  const counts = await Promise.all(
    kinds.map(async (kind) => {
      const rows = await db
        .selectFrom(tables[kind])
        .select(({ fn }) => ['status', fn.countAll<bigint>().as('count')])
        .groupBy('status')
        .execute();
      return rows.map((row) => ({ kind, status: withoutKind(row.status), count: Number(row.count) }));
    }),
  );
  return counts.flat();
}

export type MoneyMoved = {
  readonly kind: OperationKind;
  readonly status: string;
  readonly count: number;
  readonly total: Money;
};

/** What was moved and what waits, by currency. Rows whose amount or currency is not known yet are left out. */
export async function sumOperations(db: Database): Promise<MoneyMoved[]> {
  const sums = await Promise.all(
    kinds.map(async (kind) => {
      const { rows } = await sql<{ status: string; currency: string; count: bigint; minor: string }>`
        select status, currency, count(*) as count, sum(${amountOf(kind)})::text as minor
        from ${sql.table(tables[kind])} where ${amountOf(kind)} > 0 and currency is not null
        group by 1, 2 order by 2, 1`.execute(db);
      return rows.flatMap((row) => {
        const currency = currencyOf(row.currency);
        if (!currency) return [];
        const total = moneyFromMinor(BigInt(row.minor), currency);
        return [{ kind, status: withoutKind(row.status), count: Number(row.count), total }];
      });
    }),
  );
  return sums.flat();
}

/** Calls to Stripe whose outcome is not known yet, over all kinds. */
export async function countUnknownOutcomes(db: Database, now: Date): Promise<number> {
  const counts = await Promise.all(
    Object.values(tables).map((table) =>
      db
        .selectFrom(table)
        .select(({ fn }) => fn.countAll<bigint>().as('count'))
        .where('idempotency_key', 'is not', null)
        .where(isUnclaimed(now))
        .executeTakeFirstOrThrow(),
    ),
  );
  return counts.reduce((sum, row) => sum + Number(row.count), 0);
}

/** Payments that are to be captured and that somebody should look at: their capture was refused, or they will soon be lost. */
export async function countCapturesInTrouble(db: Database): Promise<number> {
  const { count } = await db
    .selectFrom('payment_mapping as payment')
    .innerJoin('operation_alarm as alarm', (join) =>
      join.onRef('alarm.operation_id', '=', 'payment.id').on('alarm.kind', '=', 'payment'),
    )
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .where('payment.status', '=', 'to_capture')
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** A debit that Mirakl waits for and could not be told of. */
export type UnconfirmedDebit = { readonly orderId: string; readonly reason: string; readonly nextTryAt: Date };

/** Debits that Mirakl could not be told of: the latest, and how many there are. */
export async function listUnconfirmedDebits(
  db: Database,
  limit: number,
): Promise<{ readonly latest: readonly UnconfirmedDebit[]; readonly count: number }> {
  const latest = await db
    .selectFrom('unconfirmed_debit')
    .select(['order_id as orderId', 'reason', 'next_try_at as nextTryAt'])
    .orderBy('last_refused_at', 'desc')
    .limit(limit)
    .execute();
  const { count } = await db
    .selectFrom('unconfirmed_debit')
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .executeTakeFirstOrThrow();
  return { latest, count: Number(count) };
}

export type OnboardingCount = { readonly status: string; readonly count: number };
export type FailedShop = { readonly shopId: number; readonly reason: string; readonly nextTryAt: Date | null };

/** Shops by how far onboarding is. */
export async function countShops(db: Database): Promise<OnboardingCount[]> {
  const rows = await db
    .selectFrom('shop_onboarding')
    .select(({ fn }) => ['status', fn.countAll<bigint>().as('count')])
    .groupBy('status')
    .orderBy('status')
    .execute();
  return rows.map((row) => ({ status: row.status, count: Number(row.count) }));
}

/** Shops that could not be onboarded, the latest first. */
export async function listFailedShops(db: Database, limit: number): Promise<FailedShop[]> {
  const rows = await db
    .selectFrom('shop_onboarding')
    .select(['mirakl_shop_id', 'status_reason', 'next_try_at'])
    .where('status', '=', 'failed')
    .orderBy('updated_at', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    shopId: row.mirakl_shop_id,
    reason: row.status_reason ?? '',
    nextTryAt: row.next_try_at,
  }));
}

/** When each sweep ran and how it ended. */
export async function listSweeps(db: Database): Promise<SweepRow[]> {
  return db.selectFrom('sweep').selectAll().orderBy('name').execute();
}

export type Checkpoint = { readonly key: string; readonly value: string };

/** How far each sweep has read, in Mirakl's own dates. */
export async function listCheckpoints(db: Database): Promise<Checkpoint[]> {
  const rows = await db
    .selectFrom('config')
    .select(['key', 'value'])
    .where('key', 'like', '%_checkpoint')
    .orderBy('key')
    .execute();
  return rows.map(({ key, value }) => ({ key, value: value ?? '' }));
}

function withoutKind(status: string): string {
  return status.replace(/^[A-Z]+?_/, '');
}

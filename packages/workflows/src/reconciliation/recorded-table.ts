import type { Database } from '@connector/database';
import { currencyOf, moneyFromMinor } from '@connector/kernel';
import { type RawBuilder, sql } from 'kysely';
import type { MovementKind, OperationName, RecordedMovement } from './movement.ts';

/** The rows that stand for movements of each kind. */
const typesOf: Readonly<Record<MovementKind, readonly string[] | undefined>> = {
  transfer: ['TRANSFER_PRODUCT_ORDER', 'TRANSFER_SERVICE_ORDER', 'TRANSFER_EXTRA_CREDITS'],
  reversal: ['TRANSFER_REFUND'],
  fee: ['TRANSFER_SUBSCRIPTION', 'TRANSFER_EXTRA_INVOICES'],
  refund: undefined,
  payout: undefined,
};

/** Whose row stands for a movement of this kind. */
function operationKindOf(kind: MovementKind): OperationName['kind'] {
  return kind === 'refund' || kind === 'payout' ? kind : 'transfer';
}

/** The kind of movement that a row of this type stands for. */
export function movementOf({ operation, type }: RecordedMovement): MovementKind {
  if (operation.kind !== 'transfer') return operation.kind === 'refund' ? 'refund' : 'payout';
  if (typesOf.reversal?.includes(type)) return 'reversal';
  return typesOf.fee?.includes(type) ? 'fee' : 'transfer';
}

/** The rows that name one of these objects of Stripe, or stand for one of these operations of Mirakl. One query. */
export async function findRecorded(
  db: Database,
  kind: MovementKind,
  { stripeIds, miraklIds }: { readonly stripeIds: readonly string[]; readonly miraklIds: readonly string[] },
): Promise<RecordedMovement[]> {
  const operationKind = operationKindOf(kind);
  const { miraklId } = columns[operationKind];
  const types = typesOf[kind];
  const known = operationKind === 'payout' ? miraklIds.filter((id) => invoiceNumber.test(id)).map(Number) : miraklIds;
  return selectRecorded(
    db,
    operationKind,
    sql`(op.${sql.ref(stripeIdColumn[operationKind])} = any(${stripeIds}) or op.${sql.ref(miraklId)} = any(${known}))
      ${types === undefined ? sql`` : sql`and op.type = any(${types})`}`,
  );
}

/** The rows of these operations. */
export async function findOperations(db: Database, operations: readonly OperationName[]): Promise<RecordedMovement[]> {
  const found: RecordedMovement[] = [];
  for (const [kind, names] of Map.groupBy(operations, (operation) => operation.kind)) {
    found.push(...(await selectRecorded(db, kind, sql`op.id = any(${names.map(({ id }) => id)})`)));
  }
  return found;
}

/** The refunds of these orders. */
export async function findRefundsOfOrders(
  db: Database,
  type: string,
  orderIds: readonly string[],
): Promise<RecordedMovement[]> {
  return selectRecorded(db, 'refund', sql`op.type = ${type} and op.mirakl_order_id = any(${orderIds})`);
}

/** The transfers of this type and these Mirakl ids. */
export async function findTransfersOfOrders(
  db: Database,
  type: string,
  miraklIds: readonly string[],
): Promise<RecordedMovement[]> {
  return selectRecorded(db, 'transfer', sql`op.type = ${type} and op.mirakl_id = any(${miraklIds})`);
}

/** What the ledger can hold as the number of an invoice. */
const invoiceNumber = /^\d{1,9}$/;

/** The column that names the object on Stripe. */
export const stripeIdColumn = {
  transfer: 'transfer_id',
  payout: 'payout_id',
  refund: 'stripe_refund_id',
} as const satisfies Record<OperationName['kind'], string>;

const columns = {
  transfer: {
    ...{ table: 'stripe_transfer', miraklId: 'mirakl_id', orderId: undefined, type: 'type' },
    ...{ transactionId: 'transaction_id', accountMappingId: 'account_mapping_id' },
  },
  payout: {
    ...{ table: 'stripe_payout', miraklId: 'mirakl_invoice_id' },
    ...{ orderId: undefined, type: undefined, transactionId: undefined, accountMappingId: 'account_mapping_id' },
  },
  refund: {
    ...{ table: 'stripe_refund', miraklId: 'mirakl_refund_id' },
    ...{ orderId: 'mirakl_order_id', type: 'type', transactionId: 'transaction_id', accountMappingId: undefined },
  },
} as const satisfies Record<OperationName['kind'], object>;

type Row = {
  id: number;
  type: string;
  mirakl_id: string;
  order_id: string | null;
  stripe_id: string | null;
  transaction_id: string | null;
  amount: bigint | null;
  currency: string | null;
  status: string;
  has_open_round: boolean;
  account_id: string | null;
  shop_id: number | null;
  changed_at: Date;
};

/** Rows of one kind of operation in our words; `condition` may go on with an order and a limit. */
export async function selectRecorded(
  db: Database,
  kind: OperationName['kind'],
  condition: RawBuilder<unknown>,
): Promise<RecordedMovement[]> {
  const { table, miraklId, orderId, type, transactionId, accountMappingId } = columns[kind];
  const ref = (column: string | undefined) => (column === undefined ? sql`null` : sql`op.${sql.ref(column)}`);
  const { rows } = await sql<Row>`
    select op.id, ${type === undefined ? sql`'PAYOUT'` : ref(type)} as type, ${ref(miraklId)}::text as mirakl_id,
      ${ref(orderId)}::text as order_id, ${ref(stripeIdColumn[kind])} as stripe_id,
      ${ref(transactionId)}::text as transaction_id, op.amount, op.currency, op.status,
      op.idempotency_key is not null as has_open_round, op.modification_datetime as changed_at,
      mapping.stripe_account_id as account_id, coalesce(op.mirakl_shop_id, mapping.mirakl_shop_id) as shop_id
    from ${sql.table(table)} op left join account_mapping mapping on mapping.id = ${ref(accountMappingId)}
    where ${condition}`.execute(db);
  return rows.map((row) => recordedOf(kind, row));
}

function recordedOf(kind: OperationName['kind'], row: Row): RecordedMovement {
  const currency = currencyOf(row.currency ?? '');
  return {
    operation: { kind, id: row.id },
    ...{ type: row.type, miraklId: row.mirakl_id, changedAt: row.changed_at },
    orderId: row.order_id ?? undefined,
    stripeId: row.stripe_id ?? undefined,
    transactionId: row.transaction_id ?? undefined,
    amount: row.amount !== null && currency ? moneyFromMinor(row.amount, currency) : undefined,
    accountId: row.account_id ?? undefined,
    shopId: row.shop_id ?? undefined,
    state: stateOf(row),
  };
}

/** A refund that has an id of Stripe and is not done yet is on its way to the buyer. */
function stateOf({ status, stripe_id: stripeId, has_open_round: hasOpenRound }: Row): RecordedMovement['state'] {
  if (status.endsWith('_CREATED')) return 'made';
  const isOnItsWay = status === 'REFUND_PENDING' && stripeId !== null;
  return hasOpenRound || isOnItsWay ? 'under-way' : 'not-made';
}

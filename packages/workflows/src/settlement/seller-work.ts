import type { Database } from '@connector/database';
import { type Clock, currencyOf, type Money, moneyFromMinor } from '@connector/kernel';
import type { StripeClient } from '@connector/stripe';
import { StripeCallError } from '@connector/stripe';
import type { OperationLedger, OperationRow } from '../operation/ledger.ts';
import type { NotSent } from '../operation/rounds-table.ts';
import type { MovementFacts } from './decide-movement.ts';
import { holdBack, makeReady, type WaitingRow } from './movements-table.ts';
import type { PlatformAccount } from './platform-account.ts';
import type { SellerBalance } from './seller-balance.ts';
import { findAccountId } from './sellers-table.ts';
import type { SellerFacts } from './settlement.ts';

/** What it takes to settle invoices of one seller, and what is known of him while it lasts. */
export type SellerWork = {
  readonly db: Database;
  readonly stripe: StripeClient;
  readonly now: Clock;
  readonly version: string;
  readonly platformAccount: PlatformAccount;
  readonly shopId: number;
  readonly seller: SellerFacts;
  readonly balance: SellerBalance | undefined;
};

type MovementRow = Pick<OperationRow<'stripe_transfer' | 'stripe_payout'>, 'id' | 'amount' | 'currency' | 'decided_at'>;

/** What decides about a row at this moment. Throws if it lacks what a row that is due cannot lack. */
export function factsOf({ shopId, seller, now }: SellerWork, row: MovementRow, invoiceId: number): MovementFacts {
  return { invoiceId, shopId, seller, amount: amountOf(row), seenAt: row.decided_at ?? now(), now: now() };
}

function amountOf({ id, amount, currency }: MovementRow): Money {
  const known = currencyOf(currency ?? '');
  if (!known || amount === null) throw new Error(`movement ${id} is due without an amount or a currency`);
  return moneyFromMinor(amount, known);
}

/**
 * The account that a row is about: that of its mapping, from the moment it has one, because a key is good for one account
 * only; until then that of the shop. Undefined if there is none yet.
 */
export async function accountOf(
  { db, seller }: SellerWork,
  { account_mapping_id }: { readonly account_mapping_id: number | null },
): Promise<string | undefined> {
  const { mapping } = seller;
  if (account_mapping_id === null || account_mapping_id === mapping?.id) return mapping?.accountId;
  return findAccountId(db, account_mapping_id);
}

/**
 * Whether a row is ready to be sent. One that waited becomes so unless `whyNot` says what it waits for now, which is put on
 * record. What somebody else may have sent is looked for before anything else is asked.
 */
export async function isReady(
  { db, now }: SellerWork,
  ledger: OperationLedger,
  row: WaitingRow & Pick<OperationRow, 'look_up_first'>,
  whyNot: () => Promise<NotSent | undefined>,
): Promise<boolean> {
  if (row.status === ledger.statuses.ready) return true;
  const reason = row.look_up_first ? undefined : await unlessRefused(whyNot);
  if (!reason) return makeReady(db, ledger, row, now());
  await holdBack(db, ledger, row, reason, now());
  return false;
}

/** A question that Stripe refuses to answer will be asked again by the step that keeps on record what Stripe refuses. */
async function unlessRefused(whyNot: () => Promise<NotSent | undefined>): Promise<NotSent | undefined> {
  try {
    return await whyNot();
  } catch (error) {
    if (!(error instanceof StripeCallError) || error.retryable || error.pausesQueue) throw error;
    return undefined;
  }
}

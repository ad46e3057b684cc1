import { randomUUID } from 'node:crypto';
import type { Database } from '@connector/database';
import { type Clock, ConnectorError, isConnectorError } from '@connector/kernel';
import { enqueue, type Queues } from '@connector/queues';
import type { StripeClient } from '@connector/stripe';
import { pauseAfterTrouble } from '../retry-pauses.ts';
import { isStale } from './decide-movement.ts';
import { findDueInvoices } from './due-invoices-table.ts';
import { countTries, postponeInvoice } from './movements-table.ts';
import type { PlatformAccount } from './platform-account.ts';
import { createSellerBalance } from './seller-balance.ts';
import { endSellerTurn, renewSellerTurn, type SellerTurn, takeSellerTurn } from './seller-turns-table.ts';
import type { SellerWork } from './seller-work.ts';
import { findSellers, unknownSeller } from './sellers-table.ts';
import { settleInvoice } from './settle-invoice.ts';
import { makeWaitingDue } from './waiting-movements-table.ts';

export type SettleSellerDeps = {
  readonly db: Database;
  readonly stripe: StripeClient;
  readonly queues: Queues;
  readonly now: Clock;
  readonly version: string;
  readonly platformAccount: PlatformAccount;
};

export type SettleSellerInput = {
  readonly shopId: number;
  /** How often the job was tried, this time included. */
  readonly attempt?: number | undefined;
  readonly run?: string | undefined;
};

/** Invoices that a job settles before it queues up again behind the jobs of other sellers. */
const invoicesPerTurn = 5;

/**
 * Settles the invoices of one seller that are due, the oldest first and a few at a time, and rings for itself if more are. Only
 * one worker at a time settles a seller's; and no invoice waits for another one that is in trouble. Gives back what it did in
 * words.
 *
 * Throws what Stripe refused when everything else is done, what has to be repeated after its pause, and `claimed_elsewhere`
 * while another worker is at it.
 */
export async function settleSeller(deps: SettleSellerDeps, input: SettleSellerInput): Promise<string> {
  const turn = { shopId: input.shopId, workId: randomUUID() };
  const busyUntil = await takeSellerTurn(deps.db, turn, deps.now());
  if (busyUntil) throw claimedElsewhere(busyUntil.getTime() - deps.now().getTime());
  try {
    return await settleDue(deps, input, turn);
  } finally {
    await endSellerTurn(deps.db, turn);
  }
}

async function settleDue(deps: SettleSellerDeps, input: SettleSellerInput, turn: SellerTurn): Promise<string> {
  const { db, queues, now } = deps;
  const { shopId, run } = input;
  const due = await findDueInvoices(db, shopId, now(), invoicesPerTurn);
  if (due.length === 0) return nothingDue(deps, input);
  if (due.some(({ seenAt }) => isStale(seenAt, now())))
    await enqueue(queues, 'settlement.plan-invoices', [{}], { run });

  const work = await begin(deps, shopId);
  const refusals: ConnectorError[] = [];
  const troubles: ConnectorError[] = [];
  for (const { id } of due) {
    if (!(await renewSellerTurn(db, turn, now()))) throw claimedElsewhere(0);
    try {
      refusals.push(...(await settleInvoice(work, id)));
    } catch (error) {
      if (!isConnectorError(error) || error.pausesQueue) throw error;
      troubles.push(await postpone(deps, id, error));
    }
  }
  const isMore = (await findDueInvoices(db, shopId, now(), 1)).length > 0;
  if (isMore) await enqueue(queues, 'settlement.settle-seller', [{ shopId }], { run });
  const [refusal = isMore ? undefined : troubles[0]] = refusals;
  if (refusal) throw refusal;
  return `${due.length - troubles.length} invoices settled`;
}

/** A job that has failed and comes again with nothing due is retried by hand: what was refused is tried without waiting for its time. */
async function nothingDue({ db, queues, now }: SettleSellerDeps, input: SettleSellerInput): Promise<string> {
  const { shopId, attempt = 1, run } = input;
  if (attempt === 1 || (await makeWaitingDue(db, { shopId }, now())) === 0) return 'nothing is due';
  await enqueue(queues, 'settlement.settle-seller', [{ shopId }], { run });
  return 'due again';
}

/** Lets other invoices go first, and gives back the error with the moment in which this one is to be tried again. */
async function postpone(deps: SettleSellerDeps, invoiceId: number, error: ConnectorError): Promise<ConnectorError> {
  const { message, code } = error;
  const retryAfterMs = error.retryAfterMs ?? pauseAfterTrouble(await countTries(deps.db, invoiceId));
  await postponeInvoice(deps.db, invoiceId, new Date(deps.now().getTime() + retryAfterMs));
  return new ConnectorError(message, { code, retryable: true, retryAfterMs, cause: error });
}

async function begin(deps: SettleSellerDeps, shopId: number): Promise<SellerWork> {
  const seller = (await findSellers(deps.db, [shopId])).get(shopId) ?? unknownSeller;
  const accountId = seller.mapping?.accountId;
  return {
    ...deps,
    ...{ shopId, seller },
    balance: accountId === undefined ? undefined : createSellerBalance(deps.stripe, accountId),
  };
}

function claimedElsewhere(waitMs: number): ConnectorError {
  const facts = { code: 'claimed_elsewhere', retryable: true, retryAfterMs: Math.max(waitMs, 1_000) };
  return new ConnectorError('another worker is at it', facts);
}

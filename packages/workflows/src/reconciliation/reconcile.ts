import { type Clock, ConnectorError } from '@connector/kernel';
import type { Logger } from '@connector/observability';
import { StripeCallError, type StripeClient } from '@connector/stripe';
import type { OrderKind } from '../payment-split/index.ts';
import type { SweepRound } from '../sweep/run-sweep.ts';
import { compareListedOrders } from './compare-listed-orders.ts';
import { compareMovements } from './compare-movements.ts';
import type { CompareOrdersDeps } from './compare-orders.ts';
import { compareUnknownOutcomes } from './compare-unknown-outcomes.ts';
import { compareUnseen } from './compare-unseen.ts';
import { compareUnseenOrders } from './compare-unseen-orders.ts';
import { resolveUnfound } from './differences-table.ts';
import { type ListedUnit, listMovements } from './list-movements.ts';
import { countOpenDifferences } from './open-differences-table.ts';
import { planRun, type ReconciliationRules } from './plan-run.ts';
import { findLastRun } from './run-states-table.ts';
import { advanceUnit, endRun, endUnit, findOpenRun, findUnitsToDo, type Run, type Unit } from './runs-table.ts';
import { forgetSightings } from './sightings-table.ts';

export type ReconcileDeps = CompareOrdersDeps & {
  readonly stripe: StripeClient;
  readonly now: Clock;
  readonly log: Logger;
  readonly rules: ReconciliationRules;
};

/** Sellers whose lists are read at the same time. */
const accountsAtOnce = 8;

/** A run that was interrupted, and compares only what was made so long ago, is followed by another one. */
const upToDateMs = 3_600_000;

/**
 * Compares the ledger with Stripe and Mirakl and saves every difference. Reads lists, page by page, and never holds more than a
 * page; changes nothing but its own tables. A run that was interrupted goes on at the unit where it was. Gives back what it did
 * in words.
 *
 * A key that lacks a permission fails the run (`reconciliation_not_allowed`) and does not pause the other sweeps.
 */
export async function reconcile(deps: ReconcileDeps, sweep: SweepRound): Promise<string> {
  const { db, now, rules } = deps;
  const startedAt = now();
  const interrupted = await findOpenRun(db);
  if (interrupted) {
    const outcome = await carryOut(deps, interrupted, sweep);
    if (startedAt.getTime() - interrupted.to.getTime() <= upToDateMs) return outcome;
  }
  return carryOut(deps, await planRun(db, rules, (await findLastRun(db))?.to, now()), sweep);
}

async function carryOut(deps: ReconcileDeps, run: Run, sweep: SweepRound): Promise<string> {
  const { db, now } = deps;
  await doUnits(deps, run, sweep);
  const compared = await endRun(db, run, now());
  await forgetSightings(db, run.from);
  return `${compared} things compared, differences open: ${await countOpenDifferences(db)}`;
}

async function doUnits(deps: ReconcileDeps, run: Run, sweep: SweepRound): Promise<void> {
  for (;;) {
    const units = await findUnitsToDo(deps.db, run, accountsAtOnce);
    const [first] = units;
    if (!first) return;
    // Only lists of different sellers are read side by side: what comes later builds on what came before.
    const together = first.accountId === undefined ? [first] : units.filter(({ accountId }) => accountId !== undefined);
    const ended = await Promise.allSettled(together.map((unit) => doUnit(deps, unit, sweep)));
    for (const end of ended) if (end.status === 'rejected') throw withoutPause(end.reason);
  }
}

/** Nothing waits for a comparison, so it must not make the sweeps wait that move money. */
function withoutPause(error: unknown): unknown {
  if (!(error instanceof StripeCallError) || error.kind !== 'misconfigured') return error;
  const facts = { code: 'reconciliation_not_allowed', retryable: false, cause: error };
  return new ConnectorError(`${error.endpoint}: ${error.message}`, facts);
}

async function doUnit(deps: ReconcileDeps, unit: Unit, sweep: SweepRound): Promise<void> {
  const { db, now, log } = deps;
  await comparePart(deps, unit, sweep);
  await endUnit(db, unit, now());
  log.debug({ part: unit.part, account: unit.accountId, from: unit.from }, 'unit of a reconciliation done');
}

async function comparePart(deps: ReconcileDeps, unit: Unit, sweep: SweepRound): Promise<void> {
  const { db, now } = deps;
  switch (unit.part) {
    case 'transfers':
    case 'refunds':
    case 'payouts':
    case 'fees':
      if (await compareList(deps, { ...unit, part: unit.part }, sweep)) await resolveUnfound(db, unit, now());
      return;
    case 'unknown-outcomes':
      return compareUnknownOutcomes(deps, unit, sweep);
    // Resolves what it has looked at, one by one: it may not come to all.
    case 'unseen':
      return compareUnseen(deps, unit, sweep);
    case 'product-orders':
    case 'service-orders':
      return compareListedOrders(deps, unit, kindOf(unit.part), sweep);
    case 'unseen-product-orders':
    case 'unseen-service-orders':
      if (await compareUnseenOrders(deps, unit, kindOf(unit.part), sweep)) {
        const all = { from: undefined, to: undefined };
        await resolveUnfound(db, { ...unit, ...all, part: `${kindOf(unit.part)}-orders` }, now());
      }
  }
}

function kindOf(part: string): OrderKind {
  return part.includes('product') ? 'product' : 'service';
}

/** Reads one of Stripe's lists to its end; false if Stripe does not let us, because the account was disconnected. */
async function compareList(
  { db, stripe, now, log }: ReconcileDeps,
  unit: ListedUnit,
  sweep: SweepRound,
): Promise<boolean> {
  try {
    for await (const movements of listMovements(stripe, unit)) {
      await compareMovements(db, unit, movements, now());
      await advanceUnit(db, unit, { compared: movements.length }, now());
      await sweep.renew();
    }
    return true;
  } catch (error) {
    if (unit.accountId === undefined || !(error instanceof StripeCallError) || error.kind !== 'refused') throw error;
    log.warn({ account: unit.accountId, part: unit.part, reason: error.message }, 'account left out of the comparison');
    return false;
  }
}

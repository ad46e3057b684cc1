import type { Config } from '@connector/config';
import type { Database } from '@connector/database';
import { currencyOf, formatMoney, moneyFromMinor, systemClock } from '@connector/kernel';
import {
  acceptDifference,
  type DifferenceKind,
  type DifferenceRecord,
  differenceKinds,
  explainDifference,
  listDifferences,
  type ReconciliationState,
  readReconciliation,
} from '@connector/workflows';
import { stringify } from 'csv-stringify/sync';
import { openConnections } from './open-connections.ts';
import { type Terminal, table } from './terminal.ts';

export type ReconciliationOptions = {
  readonly csv?: boolean;
  readonly json?: boolean;
  /** A difference that somebody has dealt with. */
  readonly accept?: number;
  /** How. */
  readonly note?: string;
};

/** What a table in a terminal shows at most: who wants more reads it as CSV. */
const mostRows = 200;
const pageSize = 1_000;

/**
 * `connector reconciliation`: the open differences between the ledger, Stripe and Mirakl with their likely causes, and how far the
 * comparison is; or notes that a person has dealt with one. Compares nothing itself: that is `connector run reconciliation`. Gives
 * back the exit code.
 */
export async function reconciliation(
  config: Config,
  terminal: Terminal,
  options: ReconciliationOptions,
): Promise<0 | 1> {
  await using connections = await openConnections(config);
  const { db } = connections;
  if (options.accept !== undefined) return await accept(db, terminal, options.accept, options.note);
  if (options.csv) {
    await sayCsv(db, terminal);
    return 0;
  }
  const state = await readReconciliation(db);
  if (options.json) {
    const differences = (await Array.fromAsync(pagesOfOpen(db))).flat();
    const text = (_key: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value);
    terminal.say(JSON.stringify({ ...state, differences: differences.map(explained) }, text, 2));
    return 0;
  }
  for (const line of describe(state)) terminal.say(line);
  const shown = await listDifferences(db, { status: ['open'] }, { offset: 0, limit: mostRows });
  if (shown.length > 0) sayTable(terminal, shown, state.openDifferences - shown.length);
  return 0;
}

async function accept(db: Database, terminal: Terminal, id: number, note = ''): Promise<0 | 1> {
  if (note.trim() === '') {
    terminal.complain('Say with --note how it was dealt with.');
    return 1;
  }
  if (await acceptDifference(db, { id, note }, systemClock())) {
    terminal.say(`Difference ${id} is accepted, and is open again only if its amounts change.`);
    return 0;
  }
  terminal.complain(`There is no open difference ${id}.`);
  return 1;
}

function describe({ lastRun, underWay, openDifferences }: ReconciliationState): string[] {
  const lines = [];
  if (underWay)
    lines.push(`Under way since ${minute(underWay.startedAt)}: ${underWay.unitsDone} of ${underWay.units} parts done.`);
  if (lastRun) {
    const { from, to, compared, finishedAt } = lastRun;
    lines.push(`Compared from ${minute(from)} to ${minute(to)}: ${compared} things, done at ${minute(finishedAt)}.`);
  }
  if (!lastRun && !underWay) lines.push('Nothing has been compared yet. Start with: connector run reconciliation');
  lines.push(`Differences open: ${openDifferences}`);
  return lines;
}

function sayTable(terminal: Terminal, differences: readonly DifferenceRecord[], left: number): void {
  const head = ['id', 'difference', 'of', 'Mirakl id', 'Stripe id', 'shop', 'ledger', 'other side', 'since'];
  const rows = differences.map((difference) => [
    ...[difference.id, difference.kind, difference.movement, difference.miraklId ?? '', difference.stripeId ?? ''],
    ...[difference.miraklShopId ?? '', amount(difference.ledgerAmount, difference.ledgerCurrency)],
    ...[amount(difference.actualAmount, difference.actualCurrency), minute(difference.firstSeenAt)],
  ]);
  terminal.say(`\n${table(head, rows)}`);
  if (left > 0) terminal.say(`… and ${left} more: connector reconciliation --csv shows all.`);
  const present = new Set(differences.map(({ kind }) => kind));
  for (const kind of differenceKinds.filter((each) => present.has(each))) {
    const { cause, advice } = explainDifference(kind);
    terminal.say(`\n${kind}\n  ${cause}\n  ${advice}`);
  }
}

async function sayCsv(db: Database, terminal: Terminal): Promise<void> {
  let header = true;
  for await (const page of pagesOfOpen(db)) {
    const csv = stringify(page.map(explained), {
      ...{ header, columns: [...columns], escape_formulas: true, record_delimiter: 'unix' },
      cast: { date: (date) => date.toISOString() },
    });
    terminal.say(csv.trimEnd());
    header = false;
  }
  if (header) terminal.say(columns.join(','));
}

const columns = [
  ...['id', 'kind', 'movement', 'miraklId', 'miraklOrderId', 'miraklShopId', 'stripeId', 'otherStripeId', 'accountId'],
  ...['operationKind', 'operationId', 'ledgerAmount', 'ledgerCurrency', 'actualAmount', 'actualCurrency'],
  ...['firstSeenAt', 'lastSeenAt', 'cause', 'advice'],
] as const;

async function* pagesOfOpen(db: Database): AsyncGenerator<DifferenceRecord[]> {
  for (let offset = 0; ; offset += pageSize) {
    const page = await listDifferences(db, { status: ['open'] }, { offset, limit: pageSize });
    if (page.length > 0) yield page;
    if (page.length < pageSize) return;
  }
}

function explained(difference: DifferenceRecord) {
  return { ...difference, ...explainDifference(difference.kind as DifferenceKind) };
}

function amount(minor: bigint | null, code: string | null): string {
  const currency = currencyOf(code ?? '');
  return minor === null || !currency ? '' : formatMoney(moneyFromMinor(minor, currency));
}

function minute(moment: Date): string {
  return `${moment.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

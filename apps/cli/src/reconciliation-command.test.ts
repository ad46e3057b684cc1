import { test, type World } from '@connector/testing';
import { expect } from 'vitest';
import { connector, environment } from './cli-test.ts';

async function givenRun({ db, now }: World, finished_at: Date | null): Promise<number> {
  const range = { compared_from: new Date('2026-10-03'), compared_to: new Date('2026-11-02T08:55:00Z') };
  const compared = finished_at === null ? null : 1_234;
  const { id } = await db
    .insertInto('reconciliation_run')
    .values({ ...range, started_at: now(), advanced_at: now(), finished_at, compared })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

async function givenDifferences({ db, now }: World, runId: number): Promise<void> {
  const found = { part: 'transfers', listed_at: now(), last_run_id: runId, first_seen_at: now(), last_seen_at: now() };
  await db
    .insertInto('reconciliation_difference')
    .values([
      {
        ...{
          ...found,
          kind: 'duplicate',
          subject: 'tr_2',
          movement: 'transfer',
          mirakl_id: 'O-1-A',
          stripe_id: 'tr_2',
        },
        ...{ other_stripe_id: 'tr_1', mirakl_shop_id: 2_000, operation_kind: 'transfer', operation_id: 7 },
        ...{ ledger_amount: 8_500n, ledger_currency: 'EUR', actual_amount: 8_500n, actual_currency: 'EUR' },
      },
      { ...found, kind: 'made-by-hand', subject: 'po_1', movement: 'payout', mirakl_id: '=1+1', stripe_id: 'po_1' },
      { ...found, kind: 'made-by-hand', subject: 'po_2', movement: 'payout', stripe_id: 'po_2', resolved_at: now() },
    ])
    .execute();
}

test('reconciliation says that nothing was compared yet, and then how far it is', async ({ world }) => {
  expect(await connector(environment(world), 'reconciliation')).toEqual({
    code: 0,
    output: 'Nothing has been compared yet. Start with: connector run reconciliation\nDifferences open: 0\n',
  });
  const run_id = await givenRun(world, null);
  await world.db
    .insertInto('reconciliation_unit')
    .values([
      { run_id, part: 'transfers', done_at: world.now() },
      { run_id, part: 'refunds' },
    ])
    .execute();
  const { output } = await connector(environment(world), 'reconciliation');
  expect(output).toContain('Under way since 2026-11-02 09:00 UTC: 1 of 2 parts done.');
});

test('a difference that a person has dealt with is accepted with a note, and no longer shown', async ({ world }) => {
  const env = environment(world);
  await givenDifferences(world, await givenRun(world, world.now()));
  const accept = (...args: string[]) => connector(env, 'reconciliation', '--accept', ...args);
  expect(await accept('1')).toEqual({ code: 1, output: 'Say with --note how it was dealt with.\n' });
  const accepted = 'Difference 1 is accepted, and is open again only if its amounts change.\n';
  expect(await accept('1', '--note', 'Reversed by hand')).toEqual({ code: 0, output: accepted });
  expect(await accept('1', '--note', 'again')).toEqual({ code: 1, output: 'There is no open difference 1.\n' });
  expect(await world.db.selectFrom('reconciliation_difference').select(['id', 'note']).orderBy('id').execute()).toEqual(
    [
      { id: 1, note: 'Reversed by hand' },
      { id: 2, note: null },
      { id: 3, note: null },
    ],
  );
  expect((await connector(env, 'reconciliation')).output).toContain('Differences open: 1\n');
});

test('reconciliation shows what is open with its cause, as a table, as CSV and for programs', async ({ world }) => {
  const env = environment(world);
  await givenDifferences(world, await givenRun(world, world.now()));
  const { code, output } = await connector(env, 'reconciliation');
  expect(code).toBe(0);
  expect(output).toContain('Compared from 2026-10-03 00:00 UTC to 2026-11-02 08:55 UTC: 1234 things');
  expect(output).toContain('Differences open: 2\n');
  expect(output).toMatch(/duplicate\s+│ transfer │ O-1-A\s+│ tr_2\s+│ 2000 │ 85\.00 EUR │ 85\.00 EUR/);
  expect(output).toContain('duplicate\n  Stripe has it twice');
  expect(output).not.toContain('po_2');

  const { output: csv } = await connector(env, 'reconciliation', '--csv');
  const [header, first, second, ...rest] = csv.split('\n');
  expect(header).toMatch(/^id,kind,movement,miraklId,/);
  expect(first).toMatch(/^1,duplicate,transfer,O-1-A,,2000,tr_2,tr_1,,transfer,7,8500,EUR,8500,EUR,2026-11-02T09:00/);
  expect(second).toMatch(/^2,made-by-hand,payout,'=1\+1,/);
  expect(rest).toEqual(['']);

  const { output: json } = await connector(env, 'reconciliation', '--json');
  expect(JSON.parse(json)).toMatchObject({
    lastRun: { compared: 1_234 },
    openDifferences: 2,
    differences: [{ kind: 'duplicate', ledgerAmount: '8500', advice: expect.stringContaining('Reverse') }, { id: 2 }],
  });
});

import { ConnectorError } from '@connector/kernel';
import { test } from '@connector/testing';
import { describe, expect } from 'vitest';
import { runSweep } from './run-sweep.ts';

const name = 'recovery.ring-waiting-work';

describe('one round of a sweep at a time', () => {
  test('L3: a second one that comes meanwhile does nothing, and one that insists comes back', async ({ world }) => {
    const go = Promise.withResolvers<string>();
    const running = runSweep(world, name, () => go.promise);
    await expect.poll(() => world.db.selectFrom('sweep').select('name').execute()).toHaveLength(1);
    const second = () => Promise.reject(new Error('must not run'));
    expect(await runSweep(world, name, second)).toBe('already running');
    await expect(runSweep(world, name, second, { insists: true })).rejects.toMatchObject({
      code: 'sweep_running',
      retryable: true,
      retryAfterMs: 1_000,
    });
    go.resolve('done');
    expect(await running).toBe('done');
    expect(await runSweep(world, name, () => Promise.resolve('again'))).toBe('again');
  });

  test('the turn of a worker that died passes to another one, and its late end changes nothing', async ({ world }) => {
    const go = Promise.withResolvers<string>();
    const dying = runSweep(world, name, () => go.promise);
    await expect.poll(() => world.db.selectFrom('sweep').select('name').execute()).toHaveLength(1);
    world.clock.advance(3 * 60_000);
    const other = Promise.withResolvers<string>();
    const next = runSweep(world, name, () => other.promise);
    await expect
      .poll(() => world.db.selectFrom('sweep').select('last_started_at').executeTakeFirst())
      .toEqual({ last_started_at: world.now() });
    go.resolve('late');
    await dying;
    expect(await runSweep(world, name, () => Promise.resolve('third'))).toBe('already running');
    other.resolve('next');
    await next;
    const row = await world.db.selectFrom('sweep').selectAll().executeTakeFirstOrThrow();
    expect(row).toMatchObject({ last_outcome: 'next', running_until: null });
  });
});

test('how a round ended stands in the ledger', async ({ world }) => {
  await expect(runSweep(world, name, () => Promise.reject(new Error('Mirakl is away')))).rejects.toThrow(
    'Mirakl is away',
  );
  const failed = await world.db.selectFrom('sweep').selectAll().executeTakeFirstOrThrow();
  expect(failed).toMatchObject({ last_error: 'Mirakl is away', last_succeeded_at: null, running_until: null });
  const tooSoon = new ConnectorError('IV01 may be called later', { code: 'mirakl_too_soon', retryable: true });
  await expect(runSweep(world, name, () => Promise.reject(tooSoon))).rejects.toThrow();
  const postponed = await world.db.selectFrom('sweep').selectAll().executeTakeFirstOrThrow();
  expect(postponed).toMatchObject({ last_error: 'Mirakl is away', last_outcome: 'IV01 may be called later' });
  await runSweep(world, name, () => Promise.resolve('2 shops read'));
  const done = await world.db.selectFrom('sweep').selectAll().executeTakeFirstOrThrow();
  expect(done).toMatchObject({ last_error: null, last_outcome: '2 shops read', last_succeeded_at: world.now() });
});

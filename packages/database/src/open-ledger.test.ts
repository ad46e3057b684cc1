import { createLogger, createMetrics } from '@connector/observability';
import { createTestDatabase, fillDisk, makeReadOnly } from '@connector/testing';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { keepLedgerTime } from './ledger-clock.ts';
import { openLedger } from './open-ledger.ts';
import type { Database } from './schema.ts';
import { watchRefusals } from './watch-refusals.ts';

const log = createLogger({ app: 'test', level: 'silent', format: 'json' });

async function open() {
  const { url, drop } = await createTestDatabase();
  const metrics = createMetrics('test');
  const ledger = await openLedger({ url }, { log, metrics });
  onTestFinished(async () => {
    await ledger.close();
    await drop();
  });
  return { ...ledger, url, metrics, figures: () => metrics.registry.metrics() };
}

const save = (db: Database) => db.insertInto('config').values({ key: 'a_checkpoint', value: '1' }).execute();

describe('the ledger says that it takes no writes', () => {
  test('when its transactions are read-only, as hosts make them when the disk is full', async () => {
    const { db, url, checkWriting } = await open();
    await checkWriting();
    const mend = await makeReadOnly(url);
    await vi.waitFor(() =>
      expect(checkWriting()).rejects.toMatchObject({
        code: 'database_read_only',
        message: expect.stringContaining('its transactions are read-only. Check DATABASE_URL, failover and disk.'),
      }),
    );
    await expect(save(db)).rejects.toThrow('read-only transaction');
    await mend();
    await vi.waitFor(() => save(db));
  });

  test('when it has just refused one for want of room', async () => {
    const { db, url, checkWriting, figures } = await open();
    const mend = await fillDisk(url);
    await expect(save(db)).rejects.toThrow('No space left on device');
    await expect(checkWriting()).rejects.toMatchObject({
      code: 'database_refuses',
      message: expect.stringContaining('No space left on device'),
    });
    expect(await figures()).toContain('connector_ledger_errors_total{code="53100",app="test"} 1');
    await mend();
    await save(db);
  });

  test('for half a minute, and not about a statement that was wrong', () => {
    let time = 0;
    const counted: string[] = [];
    const refusals = watchRefusals(
      (code) => counted.push(code),
      () => time,
    );
    refusals.note(Object.assign(new Error('duplicate key'), { code: '23505' }));
    refusals.note(new Error('Connection terminated unexpectedly'));
    expect(refusals.latest()).toBeUndefined();
    refusals.note(Object.assign(new Error('permission denied for table config'), { code: '42501' }));
    time = 29_999;
    expect(refusals.latest()).toBe('permission denied for table config');
    time = 30_000;
    expect(refusals.latest()).toBeUndefined();
    expect(counted).toEqual(['23505', 'none', '42501']);
  });
});

describe('the time', () => {
  async function keep(db: Database, offByMs: number, everyMs?: number) {
    const metrics = createMetrics('test');
    let machineOffBy = offByMs;
    const machine = vi.fn(() => Date.now() + machineOffBy);
    const clock = await keepLedgerTime(db, { log, metrics, machine, ...(everyMs === undefined ? {} : { everyMs }) });
    onTestFinished(clock.close);
    const setMachine = (ms: number) => {
      machineOffBy = ms;
    };
    return { ...clock, machine, setMachine, figures: () => metrics.registry.metrics() };
  }
  const farFrom = (moment: Date) => Math.abs(moment.getTime() - Date.now());

  test.for([
    [-7_200_000, '7200 seconds behind'],
    [7_200_000, '7200 seconds ahead of'],
  ] as const)('is the same for a pod whose clock is off by %i ms, and it says so', async ([offByMs, words]) => {
    const { db } = await open();
    const clock = await keep(db, offByMs);
    expect(farFrom(clock.now())).toBeLessThan(1_000);
    await expect(clock.check()).rejects.toMatchObject({ code: 'clock_off', message: expect.stringContaining(words) });
    expect(await clock.figures()).toMatch(/connector_clock_offset_seconds\{app="test"\} -?7(200|199)/);
  });

  test('follows a clock that is set while we run, and goes on while the ledger is away', async () => {
    const { db } = await open();
    const clock = await keep(db, 0, 10);
    await clock.check();
    clock.setMachine(3_600_000);
    await vi.waitFor(() => expect(farFrom(clock.now())).toBeLessThan(1_000));
    await db.destroy();
    clock.machine.mockClear();
    await vi.waitFor(() => expect(clock.machine.mock.calls.length).toBeGreaterThan(1));
    expect(farFrom(clock.now())).toBeLessThan(1_000);
  });
});

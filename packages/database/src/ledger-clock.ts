import { type Clock, ConnectorError } from '@connector/kernel';
import type { Logger, Metrics } from '@connector/observability';
import { sql } from 'kysely';
import type { Database } from './schema.ts';

/** The time of the ledger, whatever the clock of this machine says. */
export type LedgerClock = {
  readonly now: Clock;
  /** Resolves when the machine's clock is right. Throws `clock_off` if it is more than a minute away from the ledger's. */
  readonly check: () => Promise<void>;
  /** Compares the clocks no more. */
  readonly close: () => void;
};

export type LedgerClockOptions = {
  readonly log: Logger;
  readonly metrics: Metrics;
  /** The clock of this machine in milliseconds; `Date.now` unless given. */
  readonly machine?: () => number;
  /** How often the clocks are compared; every half minute unless given. */
  readonly everyMs?: number;
};

/** Of no consequence for us, but not what an operator expects. */
const worthALineMs = 5_000;
const offMs = 60_000;

/**
 * A clock that shows the ledger's time. Claims, the age of idempotency keys and the next try of a row are written by one pod
 * and read by another: were each to go by its own clock, one that is hours off could send again what Stripe no longer
 * recognises. While the ledger is away the last comparison counts.
 */
export async function keepLedgerTime(db: Database, options: LedgerClockOptions): Promise<LedgerClock> {
  const { log, metrics, machine = Date.now, everyMs = 30_000 } = options;
  let offsetMs = 0;
  const compare = async () => {
    const before = offsetMs;
    offsetMs = await readOffset(db, machine);
    if (isFar(offsetMs, worthALineMs) !== isFar(before, worthALineMs)) {
      log.warn({ offsetMs }, 'clock of this machine and of the ledger compared');
    }
  };
  await compare();
  metrics.gauge({
    name: 'connector_clock_offset_seconds',
    help: "How far the ledger's clock is ahead of this machine's",
    labels: [],
    collect: () => Promise.resolve([{ labels: {}, value: offsetMs / 1_000 }]),
  });
  // Who finds the ledger away says so elsewhere.
  const timer = setInterval(() => void compare().catch(() => undefined), everyMs);
  return {
    now: () => new Date(machine() + offsetMs),
    check: async () => {
      if (isFar(offsetMs, offMs)) throw clockOff(offsetMs);
    },
    close: () => clearInterval(timer),
  };
}

/** What has to be added to the machine's time, to within the time that the question takes. */
async function readOffset(db: Database, machine: () => number): Promise<number> {
  const askedAt = machine();
  const { rows } = await sql<{ at: Date }>`select clock_timestamp() as at`.execute(db);
  const answeredAt = machine();
  return rows[0] ? rows[0].at.getTime() - (askedAt + answeredAt) / 2 : 0;
}

function isFar(offsetMs: number, limitMs: number): boolean {
  return Math.abs(offsetMs) > limitMs;
}

function clockOff(offsetMs: number): ConnectorError {
  const seconds = Math.round(Math.abs(offsetMs) / 1_000);
  const where = offsetMs > 0 ? 'behind' : 'ahead of';
  return new ConnectorError(`The clock of this machine is ${seconds} seconds ${where} the ledger's`, {
    code: 'clock_off',
    retryable: true,
  });
}

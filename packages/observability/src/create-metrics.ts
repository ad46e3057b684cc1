import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = {
  readonly registry: Registry;
  /** A job ended or was put back. */
  countJob(job: { name: string; outcome: string; durationMs: number }): void;
  countStripeCall(call: { endpoint: string; status: number | undefined; durationMs: number }): void;
  countMiraklCall(call: { operation: string; status: number | undefined; durationMs: number }): void;
  /** PostgreSQL refused a statement; `code` is its SQLSTATE, or `none` for a connection that broke. */
  countLedgerError(code: string): void;
  /**
   * A figure that is asked for when somebody looks; `collect` gives one number for each set of labels. If it cannot, or takes
   * too long, the figure is missing until it can, and the others are shown all the same.
   */
  gauge(gauge: {
    name: string;
    help: string;
    labels: readonly string[];
    collect: () => Promise<readonly { labels: Record<string, string>; value: number }[]>;
  }): void;
};

const callSeconds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The figures of one process, for Prometheus. */
export function createMetrics(app: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ app });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];

  const count = (name: string, help: string, labelNames: string[]) =>
    new Counter({ name, help, labelNames, registers });
  const time = (name: string, help: string, labelNames: string[]) =>
    new Histogram({ name, help, labelNames, buckets: callSeconds, registers });

  const jobs = count('connector_jobs_total', 'Jobs by how they ended', ['job', 'outcome']);
  const jobSeconds = time('connector_job_duration_seconds', 'Time a job took', ['job']);
  const stripeCalls = count('connector_stripe_calls_total', 'Calls to Stripe by HTTP status', ['endpoint', 'status']);
  const stripeSeconds = time('connector_stripe_call_duration_seconds', 'Time a call to Stripe took', ['endpoint']);
  const miraklCalls = count('connector_mirakl_calls_total', 'Calls to Mirakl by HTTP status', ['operation', 'status']);
  const miraklSeconds = time('connector_mirakl_call_duration_seconds', 'Time a call to Mirakl took', ['operation']);

  const ledgerErrors = count('connector_ledger_errors_total', 'Statements that PostgreSQL refused', ['code']);

  return {
    registry,
    countJob({ name: job, outcome, durationMs }) {
      jobs.inc({ job, outcome });
      jobSeconds.observe({ job }, durationMs / 1_000);
    },
    countStripeCall({ endpoint, status, durationMs }) {
      stripeCalls.inc({ endpoint, status: status ?? 'none' });
      stripeSeconds.observe({ endpoint }, durationMs / 1_000);
    },
    countMiraklCall({ operation, status, durationMs }) {
      miraklCalls.inc({ operation, status: status ?? 'none' });
      miraklSeconds.observe({ operation }, durationMs / 1_000);
    },
    countLedgerError: (code) => ledgerErrors.inc({ code }),
    gauge({ name, help, labels, collect }) {
      new Gauge({
        name,
        help,
        labelNames: [...labels],
        registers,
        async collect() {
          const figures = await inTime(collect);
          this.reset();
          for (const figure of figures) this.set(figure.labels, figure.value);
        },
      });
    },
  };
}

/** Longer than a check of readiness, so that what it says of a server that hangs is among the figures. */
const longestLookMs = 4_000;

/** Whoever is away must not take the figures of all others with him: he shows in those of readiness. */
async function inTime<Figure>(collect: () => Promise<readonly Figure[]>): Promise<readonly Figure[]> {
  const { promise, resolve } = Promise.withResolvers<readonly Figure[]>();
  const timer = setTimeout(() => resolve([]), longestLookMs);
  try {
    return await Promise.race([collect(), promise]);
  } catch {
    return [];
  } finally {
    clearTimeout(timer);
  }
}

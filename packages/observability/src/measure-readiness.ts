import type { HealthOptions } from './health.ts';
import { runChecks } from './run-check.ts';

/** Lets Prometheus see what `/readyz` sees: `connector_ready` is 1 or 0 for each check. */
export function measureReadiness({ metrics, checks, watched }: HealthOptions): void {
  metrics.gauge({
    name: 'connector_ready',
    help: 'Whether what the app needs is there, as /readyz says it',
    labels: ['check'],
    collect: async () =>
      Object.entries(await runChecks({ ...checks, ...watched })).map(([check, { ok }]) => ({
        labels: { check },
        value: ok ? 1 : 0,
      })),
  });
}

import type { Config } from '@connector/config';
import { ConnectorError, systemClock } from '@connector/kernel';
import { type Queues, queueNames } from '@connector/queues';
import { noteRestoration } from '@connector/workflows';
import { openConnections } from './open-connections.ts';
import type { Terminal } from './terminal.ts';

/**
 * `connector after-restore`: to be called when the ledger was restored from a backup, before the processes are started again.
 * Gives back the exit code. Throws `workers_at_work` while some are.
 */
export async function afterRestore(config: Config, terminal: Terminal): Promise<0> {
  await using connections = await openConnections(config);
  await demandNoWorkers(connections.queues);
  const { from, marked } = await noteRestoration({ db: connections.db, now: systemClock });
  const { transfers, refunds, payouts } = marked;
  terminal.say(
    `The ledger knows nothing of what was done after ${from.toISOString()}.
${transfers} transfers, ${refunds} refunds and ${payouts} payouts that are not done, and all that is found anew on Mirakl, will be looked for
on Stripe before they are made.

Now start the processes, and then:
  connector run kyc-monitor --wait        accounts as they are now
  connector run reconciliation --wait     what was done and is not in the ledger
and send the events since then once more from Stripe: docs/operations.md says how.`,
  );
  return 0;
}

async function demandNoWorkers({ byName }: Queues): Promise<void> {
  const counts = await Promise.all(queueNames.map((name) => byName[name].getWorkersCount()));
  if (counts.every((count) => count === 0)) return;
  throw new ConnectorError('Workers are at work with this ledger. Stop them first, then call this again.', {
    code: 'workers_at_work',
    retryable: false,
  });
}

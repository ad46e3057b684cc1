import type { Config } from '@connector/config';
import type { Database } from '@connector/database';
import { type Clock, systemClock } from '@connector/kernel';
import type { Queues } from '@connector/queues';
import { retryInvoiceTransfer, retryPayout, retryRefund, retryTransfer } from '@connector/workflows';
import { openConnections } from './open-connections.ts';
import type { Terminal } from './terminal.ts';

type RetryDeps = { readonly db: Database; readonly queues: Queues; readonly now: Clock };

const actor = 'operator:cli';

/** How each kind of operation is tried again. */
const retries: Readonly<Record<string, (deps: RetryDeps, id: number) => Promise<void>>> = {
  async transfer(deps, transferId) {
    const input = { transferId, actor } as const;
    if (!(await retryInvoiceTransfer(deps, input))) await retryTransfer(deps, input);
  },
  payout: (deps, payoutId) => retryPayout(deps, { payoutId, actor }),
  refund: (deps, refundId) => retryRefund(deps, { refundId, actor }),
};

/**
 * `connector retry`: has one operation taken up again at once, whatever its next try is; a reversal is a transfer. Gives back the
 * exit code: 2 for what is no kind of operation. Throws `transfer_not_retriable`, `payout_not_retriable` or
 * `refund_not_retriable`.
 */
export async function retry(config: () => Config, terminal: Terminal, kind: string, id: number): Promise<0 | 2> {
  const tryAgain = Object.hasOwn(retries, kind) ? retries[kind] : undefined;
  if (!tryAgain) {
    terminal.complain(`${kind} is no kind of operation. There are: ${Object.keys(retries).join(', ')}`);
    return 2;
  }
  await using connections = await openConnections(config());
  await tryAgain({ ...connections, now: systemClock }, id);
  terminal.say(`${kind.charAt(0).toUpperCase()}${kind.slice(1)} ${id} is due now.`);
  return 0;
}

import type { Config } from '@connector/config';
import { systemClock } from '@connector/kernel';
import { retryRefund, retryTransfer } from '@connector/workflows';
import { openConnections } from './open-connections.ts';
import type { Terminal } from './terminal.ts';

type Connections = Awaited<ReturnType<typeof openConnections>>;

/** How each kind of operation is asked for. */
const kinds: Readonly<Record<string, (connections: Connections, id: number) => Promise<void>>> = {
  transfer: (connections, transferId) =>
    retryTransfer({ ...connections, now: systemClock }, { transferId, actor: 'operator:cli' }),
  refund: (connections, refundId) =>
    retryRefund({ ...connections, now: systemClock }, { refundId, actor: 'operator:cli' }),
};

/**
 * `connector retry`: has one operation taken up again at once, whatever its next try is; a reversal is a transfer. Gives back the
 * exit code: 2 for a kind that this version does not have. Throws `transfer_not_retriable` or `refund_not_retriable`.
 */
export async function retry(config: () => Config, terminal: Terminal, kind: string, id: number): Promise<0 | 2> {
  const ask = kinds[kind];
  if (!ask) {
    const why = kind === 'payout' ? 'is not part of this version yet' : 'is no kind of operation';
    terminal.complain(`${kind} ${why}. There are: ${Object.keys(kinds).join(', ')}`);
    return 2;
  }
  await using connections = await openConnections(config());
  await ask(connections, id);
  terminal.say(`${kind[0]?.toUpperCase()}${kind.slice(1)} ${id} is due now.`);
  return 0;
}

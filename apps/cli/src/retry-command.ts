import type { Config } from '@connector/config';
import { systemClock } from '@connector/kernel';
import { retryTransfer } from '@connector/workflows';
import { openConnections } from './open-connections.ts';
import type { Terminal } from './terminal.ts';

/**
 * `connector retry`: has one operation weighed again at once, whatever its next try is. Gives back the exit code: 2 for a
 * kind that this version does not have. Throws `transfer_not_retriable`.
 */
export async function retry(config: () => Config, terminal: Terminal, kind: string, id: number): Promise<0 | 2> {
  if (kind !== 'transfer') {
    const known = kind === 'payout' || kind === 'refund';
    terminal.complain(
      `${kind} ${known ? 'is not part of this version yet' : 'is no kind of operation'}. There is: transfer`,
    );
    return 2;
  }
  await using connections = await openConnections(config());
  await retryTransfer({ ...connections, now: systemClock }, { transferId: id, actor: 'operator:cli' });
  terminal.say(`Transfer ${id} is due now.`);
  return 0;
}

import type { Config } from '@connector/config';
import { ConnectorError, systemClock } from '@connector/kernel';
import { retryTransfer } from '@connector/workflows';
import { openConnections } from './open-connections.ts';
import type { Terminal } from './terminal.ts';

/** `connector retry`: has one operation weighed again at once, whatever its next try is. */
export async function retry(config: Config, terminal: Terminal, kind: string, id: number): Promise<void> {
  if (kind !== 'transfer') {
    throw new ConnectorError(`${kind}s are not part of this version yet; it can retry a transfer`, {
      code: 'kind_unknown',
      retryable: false,
    });
  }
  await using connections = await openConnections(config);
  await retryTransfer({ ...connections, now: systemClock }, { transferId: id, actor: 'operator:command line' });
  terminal.say(`Transfer ${id} is due now.`);
}

import { enqueue, type Queues } from '@connector/queues';
import { type OrderKind, splitTypeOf } from './transfer.ts';

/** Starts the sweeps over orders of which transfers of these types have become due. Gives back in words whether there are any. */
export async function ringDueOrders(
  queues: Queues,
  types: ReadonlySet<string>,
  run: string | undefined,
): Promise<string> {
  for (const kind of ['product', 'service'] as const satisfies OrderKind[]) {
    if (types.has(splitTypeOf[kind])) await enqueue(queues, `payment-split.plan-due-${kind}-orders`, [{}], { run });
  }
  return types.size > 0 ? 'held transfers made due' : 'nothing was held';
}

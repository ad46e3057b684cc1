import { idChunks } from './chunks.ts';
import type { MiraklClient } from './mirakl-client.ts';
import { MiraklError, type MiraklOperation } from './mirakl-error.ts';

/** How the confirmation of one thing ended; `reason` is Mirakl's own message. */
export type ConfirmationOutcome =
  | { readonly outcome: 'confirmed' }
  | { readonly outcome: 'refused'; readonly reason: string };

/** Whether the money has moved. */
export type ConfirmedStatus = 'OK' | 'REFUSED';

type Confirmation<Item> = ConfirmationOutcome & { readonly item: Item };

type Confirming<Item> = {
  readonly operation: MiraklOperation;
  readonly path: string;
  readonly bodyOf: (items: readonly Item[]) => unknown;
};

/**
 * Confirms payments to Mirakl, 100 a call, and says how each ended, in their order. Mirakl refuses a whole call for one wrong
 * payment, not saying which in a form that could be relied on: a refused call is made again in halves until the wrong ones
 * stand alone.
 *
 * There is no idempotency key, so a call whose answer got lost is not made again: it throws `mirakl_unavailable` at once, and
 * who calls must read back what still waits before he confirms again. The same holds for every other error; what was
 * confirmed before it stays so. A payment that is confirmed already is refused like any wrong one: its message and the
 * reading tell.
 */
export async function confirmEach<Item>(
  mirakl: MiraklClient,
  confirming: Confirming<Item>,
  items: readonly Item[],
): Promise<Confirmation<Item>[]> {
  const confirmations: Confirmation<Item>[] = [];
  for (const chunk of idChunks(items)) confirmations.push(...(await confirmTogether(mirakl, confirming, chunk)));
  return confirmations;
}

async function confirmTogether<Item>(
  mirakl: MiraklClient,
  confirming: Confirming<Item>,
  items: readonly Item[],
): Promise<Confirmation<Item>[]> {
  const { operation, path, bodyOf } = confirming;
  try {
    await mirakl.send({ operation, method: 'PUT', path, body: bodyOf(items), repeatable: false });
    return items.map((item) => ({ item, outcome: 'confirmed' }));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (items.length === 1) return items.map((item) => ({ item, outcome: 'refused', reason: error.message }));
  }
  const middle = Math.ceil(items.length / 2);
  const first = await confirmTogether(mirakl, confirming, items.slice(0, middle));
  return [...first, ...(await confirmTogether(mirakl, confirming, items.slice(middle)))];
}

function isRefusal(error: unknown): error is MiraklError {
  return error instanceof MiraklError && (error.code === 'mirakl_refused' || error.code === 'mirakl_not_found');
}

import { isConnectorError } from '@connector/kernel';
import type { MiraklClient } from './mirakl-client.ts';
import type { MiraklOperation } from './mirakl-error.ts';

/** Mirakl has not served the listing: it is away, busy, or does not know us. */
const notServed = ['mirakl_unavailable', 'mirakl_rate_limited', 'mirakl_unauthorized'];

/**
 * The pages of a listing whose frequency Mirakl's contract limits. Throws `mirakl_too_soon` if its turn is not there yet. One that
 * Mirakl has not served, or not to the end, may be made again after ten minutes: otherwise an hour in which Mirakl is away would
 * cost the day of what may be listed once a day.
 */
export async function* inTurn<Page>(
  mirakl: MiraklClient,
  operation: MiraklOperation,
  pages: AsyncIterable<Page>,
): AsyncGenerator<Page> {
  const turn = await mirakl.awaitTurn(operation);
  try {
    yield* pages;
  } catch (error) {
    // What went wrong with the listing is what matters: without its turn it comes a day later.
    if (notServed.some((code) => isConnectorError(error, code))) await turn.giveBack().catch(() => undefined);
    throw error;
  }
}

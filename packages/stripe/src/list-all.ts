import type Stripe from 'stripe';
import { callStripe, type WithRequestId } from './call-stripe.ts';
import type { StripeEndpoint } from './rate-limits.ts';
import type { StripeClient } from './stripe-client.ts';

/** When the objects of a list were created; both ends included. Stripe counts in seconds. */
export type CreatedRange = { readonly createdFrom: Date; readonly createdTo?: Date | undefined };

type PageRequest = { limit: number; starting_after?: string };

/**
 * Everything on a list, newest first as Stripe gives it, with the request that brought it. Pages of 100, read one by one as
 * they are needed; each waits for its turn like every other call, which the SDK's own paging would not.
 */
export async function* listAll<Item extends { id: string }>(
  stripe: StripeClient,
  endpoint: StripeEndpoint,
  readPage: (sdk: Stripe, page: PageRequest) => Promise<Stripe.Response<Stripe.ApiList<Item>>>,
): AsyncGenerator<WithRequestId<{ readonly item: Item }>> {
  let after: string | undefined;
  for (;;) {
    const page = { limit: 100, ...(after === undefined ? {} : { starting_after: after }) };
    const call = { endpoint, object: 'list', effect: 'none', send: (sdk: Stripe) => readPage(sdk, page) } as const;
    const { answer, requestId } = await callStripe(stripe, call);
    for (const item of answer.data) yield { item, requestId };
    after = answer.data.at(-1)?.id;
    if (!answer.has_more || after === undefined) return;
  }
}

/** The range as Stripe's `created` parameter. */
export function createdParameter({ createdFrom, createdTo }: CreatedRange): Stripe.RangeQueryParam {
  return { gte: inSeconds(createdFrom), ...(createdTo === undefined ? {} : { lte: inSeconds(createdTo) }) };
}

/** The moment in the unit of Stripe's times, rounded down. */
export function inSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1_000);
}

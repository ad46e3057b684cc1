import type { Currency, Decimal } from '@connector/kernel';
import {
  listPendingDebits,
  listServicePendingDebits,
  type MiraklClient,
  type Page,
  type PendingDebit,
  type ServicePendingDebit,
  type UnknownValue,
} from '@connector/mirakl';
import { ifServicesExist } from '../order/if-services-exist.ts';
import { isUnknown } from '../order/is-unknown.ts';
import type { DebitKind } from './unconfirmed-debits-table.ts';

/** A debit that Mirakl waits for. */
export type AwaitedDebit = {
  readonly orderId: string;
  readonly commercialId: string;
  readonly customerId: string;
  /** As Mirakl lists it, in major units. */
  readonly amount: Decimal;
  readonly currency: Currency;
};

/** Up to 100 debits. `unreadable`: those that Mirakl describes in words that we do not know; without an id if it has none. */
export type DebitsPage = {
  readonly debits: readonly AwaitedDebit[];
  readonly unreadable: readonly (UnknownValue & { readonly orderId: string | undefined })[];
};

/** The debits that Mirakl waits for, page by page (PA11; SPA11 for services). */
export async function* readPendingDebits(mirakl: MiraklClient, kind: DebitKind): AsyncGenerator<DebitsPage> {
  const pages: AsyncIterable<Page<PendingDebit | ServicePendingDebit>> =
    kind === 'product' ? listPendingDebits(mirakl) : ifServicesExist(listServicePendingDebits(mirakl));
  for await (const page of pages) yield debitsOn(page);
}

function debitsOn(page: Page<PendingDebit | ServicePendingDebit>): DebitsPage {
  const debits: AwaitedDebit[] = [];
  const unreadable = page.unreadable.map(({ id, value, field }) => ({ orderId: id, unknown: value, field }));
  for (const { orderId, commercialId, customerId, amount, currency, ...rest } of page.items) {
    const unknown = [currency, 'state' in rest ? rest.state : undefined].find(isUnknown);
    if (unknown) unreadable.push({ orderId, ...unknown });
    else if (!isUnknown(currency)) debits.push({ orderId, commercialId, customerId, amount, currency });
  }
  return { debits, unreadable };
}

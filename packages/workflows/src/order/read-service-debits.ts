import { listServiceDebits, type MiraklClient, type ServiceDebit, type Unreadable } from '@connector/mirakl';

/** What is known of the debits of service orders: by order the one that counts, and those of unexpected shape. */
export type ServiceDebits = {
  readonly debits: ReadonlyMap<string, ServiceDebit>;
  readonly unreadable: readonly Unreadable[];
};

/** The debits of these service orders (SPA11), 100 orders a call; no call for none. */
export async function readServiceDebits(mirakl: MiraklClient, orderIds: readonly string[]): Promise<ServiceDebits> {
  const debits = new Map<string, ServiceDebit>();
  const unreadable: Unreadable[] = [];
  for await (const page of listServiceDebits(mirakl, { orderIds })) {
    for (const debit of page.items) if (isBetter(debit, debits.get(debit.orderId))) debits.set(debit.orderId, debit);
    unreadable.push(...page.unreadable);
  }
  return { debits, unreadable };
}

/** An order can have been debited in several tries: the one that worked counts, else the one that waits. */
function isBetter(debit: ServiceDebit, known: ServiceDebit | undefined): boolean {
  return known === undefined || rank(debit) > rank(known);
}

function rank({ state }: ServiceDebit): number {
  return ['WAITING', 'OK'].indexOf(state);
}

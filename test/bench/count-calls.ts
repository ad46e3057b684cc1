import type { MiraklSimulator, StripeSimulator } from '@connector/simulator';

/** How often each operation of Mirakl and each endpoint of Stripe was called, by its name. */
export type Calls = ReadonlyMap<string, number>;

/** Mirakl's operations by their requests. */
const operations: Readonly<Record<string, string>> = {
  'GET /api/orders': 'OR11',
  'GET /api/mms/orders': 'SOR11',
  'GET /api/payment/debit': 'PA11',
  'PUT /api/payment/debit': 'PA01',
  'GET /api/mms/debits': 'SPA11',
  'PUT /api/mms/debits': 'SPA01',
  'GET /api/payment/refund': 'PA12',
  'PUT /api/payment/refund': 'PA02',
  'GET /api/mms/refunds': 'SPA12',
  'PUT /api/mms/refunds': 'SPA02',
  'GET /api/invoices': 'IV01',
};

/** The simulators, whose records of requests are counted. */
export type Called = { readonly mirakl: MiraklSimulator; readonly stripe: StripeSimulator };

/** Begins to count: gives back what reads how often each was called since, also what was refused. */
export function startCounting({ mirakl, stripe }: Called): () => Calls {
  const before = { mirakl: mirakl.requests().length, stripe: stripe.requests().length };
  return () => {
    const names = [
      ...mirakl.requests().slice(before.mirakl).map(operationOf),
      ...stripe.requests().slice(before.stripe).map(endpointOf),
    ];
    return new Map([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));
  };
}

type Request = { readonly method: string; readonly path: string };

function operationOf({ method, path }: Request): string {
  return operations[`${method} ${path}`] ?? `${method} ${path}`;
}

function endpointOf({ method, path }: Request): string {
  return `${method} ${path.replaceAll(/\/(acct|ch|pi|po|py|re|tr)_\w+/g, '/:id')}`;
}

import { invalidParameter } from './refusal.ts';
import type { StripeState } from './state.ts';

/** Throws the refusal 400 for a path of `expand[]` that cannot be expanded; in lists the paths begin with `data.`. */
export function demandExpandable(expand: readonly string[], expandable: readonly string[]): void {
  const wrong = expand.find((path) => !expandable.includes(path.replace(/^data\./, '')));
  if (wrong !== undefined) throw invalidParameter('expand', `This property cannot be expanded (${wrong}).`);
}

/** The answer with the objects in place of the ids that the paths name (docs.stripe.com/api/expanding_objects). */
export function expandFields(state: StripeState, answer: object, expand: readonly string[]): object {
  let expanded = answer;
  for (const path of expand) {
    const field = path.replace(/^data\./, '');
    if (path === field) expanded = withObject(state, expanded, field);
    else if ('data' in expanded && Array.isArray(expanded.data)) {
      expanded = { ...expanded, data: expanded.data.map((item: object) => withObject(state, item, field)) };
    }
  }
  return expanded;
}

function withObject(state: StripeState, holder: object, field: string): object {
  const id: unknown = Object.entries(holder).find(([name]) => name === field)?.[1];
  return typeof id === 'string' ? { ...holder, [field]: findObject(state, id) ?? id } : holder;
}

function findObject(state: StripeState, id: string): object | undefined {
  if (id === state.platform.id) return state.platform;
  const { accounts, charges, paymentIntents, transfers } = state;
  return (accounts.get(id) ?? charges.get(id) ?? paymentIntents.get(id) ?? transfers.get(id))?.object;
}

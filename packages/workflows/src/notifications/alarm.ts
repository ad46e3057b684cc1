import type { OperationKind } from '@connector/database';
import type { Notice } from '../notice/notices-table.ts';

/** The kinds of operations that there are notifications of (interfaces.md); of payments the daily mail tells. */
export type ToldKind = Exclude<OperationKind, 'payment'>;
export const toldKinds: readonly ToldKind[] = ['transfer', 'payout', 'refund'];

/** The operation that an alarm is about. */
export type AlarmSubject = { readonly kind: ToldKind; readonly operationId: number };

/** What the operator was last told of an operation; null for nothing yet, or nothing that still counts. */
export type Told = { readonly status: string | null; readonly reason: string | null };

/** How an operation stands now, and what a notification says of it. */
export type PresentState = {
  readonly status: string;
  readonly reason: string | null;
  readonly payload: Notice['payload'];
};

export type AlarmDecision =
  /** To be told: it has failed, or for another reason than before; or it has worked after all. */
  | { readonly kind: 'tell'; readonly news: 'failed' | 'recovered'; readonly present: PresentState }
  /** What was told counts no more, and nothing is to be told instead. */
  | { readonly kind: 'forget' }
  /** The operator knows what there is to know. */
  | { readonly kind: 'keep' };

import type { AlarmDecision, PresentState, Told } from './alarm.ts';

/**
 * What the operator is to be told of an operation (L32): that it has failed, that it fails for another reason, and that it has
 * worked after all; each once, however often it is tried. On the way from one to the other nothing is told.
 */
export function decideAlarm(told: Told, present: PresentState | undefined): AlarmDecision {
  if (!present) return { kind: 'forget' };
  const knowsOfFailure = told.status?.endsWith('_FAILED') ?? false;
  if (present.status.endsWith('_FAILED')) {
    const isKnown = knowsOfFailure && told.reason === present.reason;
    return isKnown ? { kind: 'keep' } : { kind: 'tell', news: 'failed', present };
  }
  if (!knowsOfFailure) return { kind: 'keep' };
  if (present.status.endsWith('_CREATED')) return { kind: 'tell', news: 'recovered', present };
  return /_(ABORTED|IGNORED)$/.test(present.status) ? { kind: 'forget' } : { kind: 'keep' };
}

import type { UnknownValue } from '@connector/mirakl';

/** Whether it is a value of Mirakl's that we do not know. */
export function isUnknown(value: unknown): value is UnknownValue {
  return typeof value === 'object' && value !== null && 'unknown' in value;
}

import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether somebody knows the secret. Takes the same time whatever is given; the digests make the lengths equal. */
export function isSameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

import { describe, expect, test } from 'vitest';
import { isSameSecret } from './is-same-secret.ts';

describe('L30: a secret', () => {
  test.each([
    ['the same', 'correct-horse-battery', true],
    ['of the same length but another', 'correct-horse-batterz', false],
    ['too short', 'correct-horse', false],
    ['too long', 'correct-horse-battery!', false],
    ['empty', '', false],
    ['in other letters', 'CORRECT-HORSE-BATTERY', false],
  ])('that is %s is told apart', (_, given, same) => {
    expect(isSameSecret(given, 'correct-horse-battery')).toBe(same);
  });
});

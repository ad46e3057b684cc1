import { expect, test } from 'vitest';
import { inBatches } from './in-batches.ts';

async function* count(to: number): AsyncGenerator<number> {
  for (let number = 1; number <= to; number += 1) yield await Promise.resolve(number);
}

test('items come in full lists, and the rest in a shorter one', async () => {
  expect(await Array.fromAsync(inBatches(count(5), 2))).toEqual([[1, 2], [3, 4], [5]]);
  expect(await Array.fromAsync(inBatches(count(4), 2))).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect(await Array.fromAsync(inBatches(count(0), 2))).toEqual([]);
});

import { expect, test } from 'vitest';
import { runChaos } from './run-chaos.ts';

const total = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((sum, times) => sum + times, 0);

test('a storm of crashes, lost queues and failing neighbours neither loses nor doubles money', {
  timeout: 600_000,
}, async () => {
  const report = await runChaos({ seed: 20, minutes: 0.3, orders: 100, workers: 2 });

  expect(report.differences).toEqual([]);
  expect(report.stuck).toEqual([]);
  expect(report.expected).toBeGreaterThan(120);
  expect(total(report.disturbances)).toBeGreaterThan(10);
  expect(total(report.faults)).toBeGreaterThan(20);
});

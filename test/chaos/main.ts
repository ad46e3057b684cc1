// Chaos over the real system: crashes, lost queues, restarts and failing neighbours while a marketplace's money flows.
//   pnpm chaos [--minutes 10] [--seed 1] [--orders 5000] [--workers 3]
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { type ChaosReport, runChaos } from './run-chaos.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
    orders: { type: 'string', default: '5000' },
    workers: { type: 'string', default: '3' },
  },
});
const [minutes, seed, orders, workers] = [values.minutes, values.seed, values.orders, values.workers].map(Number) as [
  number,
  number,
  number,
  number,
];
const startedAt = performance.now();
const say = (line: string) =>
  void process.stdout.write(`${((performance.now() - startedAt) / 1_000).toFixed(1).padStart(7)}  ${line}\n`);

say(`seed ${seed}: ${orders} orders, ${workers} workers, ${minutes} minutes`);
const report = await runChaos({ minutes, seed, orders, workers, say });
print(report);
process.exitCode = [report.duplicates, report.missing, report.wrong, report.stuck].every(({ length }) => length === 0)
  ? 0
  : 1;

function print({ disturbances, faults, ...result }: ChaosReport): void {
  const happened = new Table({ head: ['what happened', 'times'], style: { head: [], border: [] } });
  happened.push(...Object.entries({ ...disturbances, ...faults }));
  process.stdout.write(`${happened.toString()}\n`);
  for (const problem of ['duplicates', 'missing', 'wrong', 'stuck'] as const) {
    for (const line of result[problem].slice(0, 20)) process.stdout.write(`${problem}: ${line}\n`);
  }
  process.stdout.write(
    `seed ${seed}: ${result.expected} movements called for, ${result.made} made; duplicates ${result.duplicates.length}, ` +
      `lost ${result.missing.length}, wrong ${result.wrong.length}, stuck ${result.stuck.length}\n`,
  );
}

// Puts one mistake after the other into the code of the running processes and demands that chaos brings each to light.
//   pnpm chaos:plants
import { environmentWith, type PlantName, plants } from './plants.ts';
import { type ChaosReport, runChaos } from './run-chaos.ts';

const symptoms: Record<PlantName, keyof Pick<ChaosReport, 'duplicates' | 'missing'>> = {
  'double-payment': 'duplicates',
  'lost-order': 'missing',
};

for (const name of Object.keys(plants) as PlantName[]) {
  const report = await runChaos({
    ...{ seed: 21, minutes: 0.5, orders: 600, workers: 2, patienceMs: 60_000, intensity: 4 },
    env: environmentWith(name),
    acts: 1,
  });
  const found = report[symptoms[name]];
  process.stdout.write(`${name}: ${found.length} ${symptoms[name]}, for example ${found[0] ?? 'none'}\n`);
  if (found.length === 0) process.exitCode = 1;
}

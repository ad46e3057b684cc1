import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A mistake put into our code on purpose, to see that chaos notices it. */
export type Plant = {
  /** The file of ours, seen from the root of the repository. */
  readonly file: string;
  readonly text: string;
  readonly becomes: string;
};

export const plants = {
  /** Each try of a transfer is a new one to Stripe. */
  'double-payment': {
    file: 'packages/stripe/src/transfers.ts',
    text: 'idempotencyKey: input.idempotencyKey,',
    becomes: '',
  },
  /** The first new order of each page is forgotten. */
  'lost-order': {
    file: 'packages/workflows/src/payment-split/plan-new-orders.ts',
    text: 'await insertTransfers(trx, fresh, now())',
    becomes: 'await insertTransfers(trx, fresh.slice(1), now())',
  },
} satisfies Record<string, Plant>;

export type PlantName = keyof typeof plants;

/** Where the file of a plant is. */
export const urlOf = (plant: Plant): string => new URL(`../../${plant.file}`, import.meta.url).href;

/** The environment with which an app runs with the mistake. Throws if the code no longer reads as the plant expects. */
export function environmentWith(name: PlantName): Record<string, string> {
  const plant = plants[name];
  if (readFileSync(fileURLToPath(urlOf(plant)), 'utf8').split(plant.text).length !== 2) {
    throw new Error(`${plant.file} does not say "${plant.text}" once: bring the plant ${name} up to date`);
  }
  return { NODE_OPTIONS: `--import=${new URL(`./plant.ts?name=${name}`, import.meta.url).href}` };
}

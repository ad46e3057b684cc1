// Loaded into an app before all else: `--import=…/plant.ts?name=lost-order` changes one piece of its code as it is read.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type PlantName, plants, urlOf } from './plants.ts';

const name = new URL(import.meta.url).searchParams.get('name') as PlantName;
const plant = plants[name];

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (url !== urlOf(plant)) return loaded;
    const source = readFileSync(fileURLToPath(url), 'utf8').replace(plant.text, plant.becomes);
    return { ...loaded, source };
  },
});

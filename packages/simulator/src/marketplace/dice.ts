import { seededRandom } from '../http/seeded-random.ts';

/** Chance that is the same for the same seed. */
export type Dice = {
  /** A whole number, both ends included. */
  between(min: number, max: number): number;
  /** True so many times in a hundred. */
  chance(percent: number): boolean;
  /** Throws if there is nothing to choose from. */
  oneOf<T>(choices: readonly T[]): T;
};

/** Dice that fall the same for the same seed. */
export function createDice(seed: number): Dice {
  const random = seededRandom(seed);
  const between = (min: number, max: number) => min + Math.floor(random() * (max - min + 1));
  return {
    between,
    chance: (percent) => random() * 100 < percent,
    oneOf(choices) {
      const choice = choices[between(0, choices.length - 1)];
      if (choice === undefined) throw new Error('nothing to choose from');
      return choice;
    },
  };
}

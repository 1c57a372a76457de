import { mutantsDrawn, rowOf, shrunk, sumOf, textOf } from '../shrinking.ts';
import type { Demonstration } from './demonstration.ts';

export const shrinking: Demonstration = {
  says: '--count 40 --seed 7: so many mutants, some 10 s each: steps, tries, share of the optimum where it is known',
  isLong: true,
  run({ say, seed, count }) {
    const rows = mutantsDrawn(seed ?? 1, count ?? Infinity).flatMap((name) => {
      const found = shrunk(name);
      if (found === null) {
        say(false, `shrinking ${name}: shows no more where it did`);
        return [];
      }
      const row = rowOf(found, 400);
      say(row.isTold, `shrinking ${textOf(row)}`);
      return row;
    });
    const { isNear, text, detail } = sumOf(rows);
    say(isNear, `shrinking: ${text}`, detail);
  },
};

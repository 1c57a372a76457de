import type { Agreement } from '../../checkers/twin.ts';
import { holdAgainstTwins } from '../twins.ts';
import type { Demonstration } from './demonstration.ts';

export const twins: Demonstration = {
  says: '100,000 small histories of each model against trying all orders; minutes',
  isLong: false,
  run({ say }) {
    const cases = 100_000;
    for (const { name, found } of holdAgainstTwins(cases)) {
      const isAgreed = typeof found !== 'string';
      const detail = isAgreed ? textOf(found) : found;
      say(isAgreed, `brute-force twin, ${name}, ${cases} histories: agreement`, detail);
    }
  },
};

function textOf({ legal, illegal, unknown }: Agreement): string {
  const rest = unknown === undefined ? '' : `, ${unknown} unknown`;
  return `${legal} legal, ${illegal} illegal${rest}`;
}

import { fatesOfJudges } from '../mutations/judges.ts';
import type { Demonstration } from './demonstration.ts';

export const judges: Demonstration = {
  says: '--count 200 --seed 7: small bugs made by machine in judges, some 2 s each; what changed no verdict is listed to be read',
  isLong: true,
  async run({ say, count, ...asked }) {
    let caught = 0;
    let unnoticed = 0;
    const seed = asked.seed ?? 1;
    for await (const [m, by] of fatesOfJudges({ count: count ?? 100, seed })) {
      if (by === null) unnoticed++;
      else caught++;
      say(
        true,
        `judge ${m.file}:${m.line}, ${m.what}: ${by === null ? 'unnoticed' : 'caught'}`,
        by ?? '',
      );
    }
    say(caught > unnoticed, `judges, seed ${seed}: ${caught} caught, ${unnoticed} unnoticed`);
  },
};

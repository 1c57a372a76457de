import { fatesOf } from '../mutations/mutations.ts';
import type { Demonstration } from './demonstration.ts';

export const mutations: Demonstration = {
  says: '--count 200 --seed 7: small bugs made by machine, some 15 s each; what broke no promise is listed to be read',
  isLong: true,
  async run({ say, count, ...asked }) {
    const fates = { caught: 0, unnoticed: 0, 'no-effect': 0, undecided: 0 };
    const seed = asked.seed ?? 1;
    for await (const [m, fate] of fatesOf({ count: count ?? 100, seed, seeds: 2 })) {
      fates[fate.kind]++;
      const how = fate.kind === 'caught' ? `${fate.scenario}, seed ${fate.seed}, ${fate.by}` : '';
      say(true, `mutation ${m.file}:${m.line}, ${m.what}: ${fate.kind}`, how);
    }
    const { caught, unnoticed, undecided } = fates;
    say(
      caught > unnoticed,
      `mutations, seed ${seed}: ${caught} caught, ${unnoticed} unnoticed, ${fates['no-effect']} without effect, ${undecided} that did not end`,
    );
  },
};

/** The copy of the configuration broken. */
import type { Mutants } from '../mechanism.ts';
import type { ConfigRules } from './config-copy.ts';

export const configMutants: Mutants<ConfigRules> = {
  'config-never-refreshed': {
    difficulty: 'easy',
    what: 'a copy of the configuration keeps the first value of a key',
    breaks: ['config-converges', 'copies-agree', 'coordination'],
    rules: { mayReplace: (held) => held === null },
  },
};

/** The copy of the configuration broken. */
import { secondsUs } from '../../harness/core/duration.ts';
import type { Mutants } from '../mechanism.ts';
import type { ConfigRules } from './config-copy.ts';

export const configMutants: Mutants<ConfigRules> = {
  'config-never-refreshed': {
    difficulty: 'easy',
    what: 'a copy of the configuration keeps the first value of a key',
    breaks: ['config-converges', 'copies-agree', 'coordination'],
    rules: { mayReplace: (held) => held === null },
  },
  // Reloads that are kept apart, and the last of a burst is forgotten: the copy is right, what runs is not.
  'config-burst-cut-short': {
    difficulty: 'hard',
    what: 'who goes by the configuration is told of no change within a second of the last',
    breaks: ['config-converges'],
    shows: ['config-changes', 1],
    rules: { isTold: (_, sinceUs) => sinceUs >= secondsUs(1) },
  },
  'config-removal-untold': {
    difficulty: 'easy',
    what: 'who goes by the configuration is not told that a key is gone',
    breaks: ['config-converges'],
    shows: ['config-changes', 2],
    rules: { isTold: (value) => value !== null },
  },
};

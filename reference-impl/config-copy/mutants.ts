/** The copy of the configuration broken. */
import { secondsUs } from '../../harness/core/duration.ts';
import type { Mutants } from '../mechanism.ts';
import type { ConfigRules } from './config-copy.ts';

export const configMutants: Mutants<ConfigRules> = {
  'config-never-refreshed': {
    difficulty: 'easy',
    what: 'a copy of the configuration keeps the first value of a key',
    breaks: ['config-converges', 'copies-agree', 'coordination', 'config-arrives'],
    rules: { mayReplace: (held) => held === null },
  },
  // As texts, 9 comes after 10.
  'config-compared-as-text': {
    difficulty: 'easy',
    what: 'a copy of the configuration takes a value only where it is the later one as a text',
    breaks: ['config-arrives'],
    shows: ['config', 1],
    rules: {
      mayReplace: (held, value) =>
        held === null || value === null || JSON.stringify(value) > JSON.stringify(held),
    },
  },
  'config-revision-of-copy': {
    difficulty: 'easy',
    what: 'an instance says of what it serves that it is of the newest revision of the store',
    breaks: ['config-advances'],
    shows: ['config', 1],
    rules: { revisionTold: ({ copy }) => copy },
  },
  'config-revision-sticks': {
    difficulty: 'easy',
    what: 'an instance says of all that it serves that it is of the first revision',
    breaks: ['config-advances'],
    shows: ['config', 1],
    rules: { revisionTold: ({ last }) => last },
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

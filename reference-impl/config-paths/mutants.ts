/** Keys that go where they must not. */
import type { Mutants } from '../mechanism.ts';
import type { PathRules } from './rules.ts';

const story = 'path-by-key';

export const pathMutants: Mutants<PathRules> = {
  'path-always-gossip': {
    difficulty: 'easy',
    what: 'all keys travel by gossip',
    breaks: ['consensus-keys-current'],
    shows: [story, 1],
    rules: { pathOf: () => 'gossip' },
  },
  'path-always-consensus': {
    difficulty: 'easy',
    what: 'all keys travel by consensus',
    breaks: ['gossip-keys-taken'],
    shows: [story, 1],
    rules: { pathOf: () => 'consensus' },
  },
  'path-by-last-rule': {
    difficulty: 'hard',
    what: 'of several rules about a key the last decides',
    breaks: ['consensus-keys-current'],
    shows: [story, 1],
    rules: {
      pathOf: (key, rules) => {
        return rules.findLast(({ prefix }) => key.startsWith(prefix))?.path ?? 'consensus';
      },
    },
  },
  'path-by-first-rule': {
    difficulty: 'hard',
    what: 'of several rules about a key the first decides',
    breaks: ['gossip-keys-taken'],
    shows: [story, 1],
    rules: {
      pathOf: (key, rules) => {
        return rules.find(({ prefix }) => key.startsWith(prefix))?.path ?? 'consensus';
      },
    },
  },
  'path-reads-any-server': {
    difficulty: 'hard',
    what: 'a key that travels by consensus is read from whichever server answers',
    breaks: ['consensus-keys-current'],
    shows: [story, 1],
    rules: { readBy: () => 'read-stale' },
  },
};

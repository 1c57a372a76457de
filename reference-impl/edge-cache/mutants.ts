/** Edge caches broken. */
import type { Mutants } from '../mechanism.ts';
import type { EdgeRules } from './rules.ts';

export const edgeMutants: Mutants<EdgeRules> = {
  'edge-never-expires': {
    difficulty: 'hard',
    what: 'an edge relies on invalidations alone',
    breaks: ['edge-fresh'],
    shows: ['edges-of-a-cdn', 1],
    rules: { isFresh: () => true },
  },
  'edge-lives-by-use': {
    difficulty: 'hard',
    what: 'what is asked for often lives on: its age counts from its last use',
    breaks: ['edge-fresh'],
    shows: ['edges-of-a-cdn', 1],
    rules: { since: (_, usedUs) => usedUs },
  },
};

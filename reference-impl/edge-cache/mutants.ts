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
  'edge-deaf': {
    difficulty: 'hard',
    what: 'an edge is told what has changed and drops nothing',
    breaks: ['edge-drops'],
    shows: ['edges-are-told', 1],
    rules: { isInvalid: () => false },
  },
  'edge-watch-lapses': {
    difficulty: 'hard',
    what: 'an edge asks for its watch once, and is told nothing when that has run out',
    breaks: ['edge-drops'],
    shows: ['edges-are-told', 1],
    rules: { renewsAtUs: (nowUs) => nowUs + 3_600_000_000 },
  },
};

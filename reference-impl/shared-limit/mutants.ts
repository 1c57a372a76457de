/** The shared limit broken. */
import type { Mutants } from '../mechanism.ts';
import type { LimitRules } from './rules.ts';

export const limitMutants: Mutants<LimitRules> = {
  'limit-ignored': {
    difficulty: 'easy',
    what: 'whoever asks is admitted',
    breaks: ['rate-limit'],
    shows: ['surge-on-three', 1],
    rules: { mayAdmit: () => true },
  },
  'tokens-copied': {
    difficulty: 'hard',
    what: 'a node that gives tokens away keeps them, too',
    breaks: ['rate-limit'],
    shows: ['surge-on-three', 1],
    rules: { left: (own) => own },
  },
  'gift-taken-twice': {
    difficulty: 'hard',
    what: 'a gift that the network repeats is taken again',
    breaks: ['tokens-conserved', 'rate-limit'],
    shows: ['surge-on-three', 1],
    rules: { isTaken: () => true },
  },
  'gift-lost': {
    difficulty: 'hard',
    what: 'a gift is given and never taken: its tokens are gone',
    breaks: ['limit-used'],
    shows: ['limit-cut-in-two', 1],
    rules: { isTaken: () => false },
  },
  'limit-not-shared': {
    difficulty: 'easy',
    what: 'who has run dry refuses, whatever its neighbours have left',
    breaks: ['limit-used'],
    shows: ['limit-cut-in-two', 1],
    rules: { maySpill: () => false, gift: () => 0 },
  },
  'spills-kept': {
    difficulty: 'hard',
    what: 'a call that was passed on waits for ever for an answer that was lost, and nobody else may pass on so many',
    breaks: ['nothing-kept'],
    shows: ['limit-on-lossy-links', 1],
    rules: { isOver: () => false },
  },
  'gifts-numbered-anew': {
    difficulty: 'hard',
    what: 'a node that was restarted numbers its gifts from the beginning: others take them for old ones',
    breaks: ['gifts-arrive'],
    shows: ['gifts-after-restarts', 1],
    rules: { giftNumber: (last) => last + 1 },
  },
};

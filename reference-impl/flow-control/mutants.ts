/** Producers that send too much, and consumers that lose items, or their credits. */
import type { Mutants } from '../mechanism.ts';
import type { FlowControlRules } from './rules.ts';

const story = 'streams-flow';

export const flowControlMutants: Mutants<FlowControlRules> = {
  'one-item-too-many': {
    difficulty: 'easy',
    what: 'a producer sends the item up to which it was granted as well',
    breaks: ['credits-kept'],
    shows: [story, 1],
    rules: { maySend: (item, upTo) => item <= upTo },
  },
  'credits-back-on-arrival': {
    difficulty: 'easy',
    what: 'a consumer gives credits back when items come, not when they are worked off',
    breaks: ['credits-kept'],
    shows: [story, 1],
    rules: { upTo: (next, held, { window }) => next + held + window },
  },
  'credits-back-singly': {
    difficulty: 'easy',
    what: 'a consumer gives each credit back by itself',
    breaks: ['credits-in-batches'],
    shows: [story, 1],
    rules: { isDue: (free) => free > 0 },
  },
  'credits-back-one-late': {
    difficulty: 'hard',
    what: 'a consumer gives credits back when one more is free than a batch, or the window, has',
    breaks: ['stream-goes-on'],
    shows: ['whole-windows', 1],
    rules: { isDue: (free, { batch, window }) => free > Math.min(batch, window) },
  },
  'worked-as-they-come': {
    difficulty: 'hard',
    what: 'a consumer works on what came first',
    breaks: ['each-item-once'],
    shows: [story, 1],
    rules: {
      toWork(held) {
        for (const item of held) return item;
        return null;
      },
    },
  },
  'noted-on-arrival': {
    difficulty: 'hard',
    what: 'a consumer notes what has come as worked off',
    breaks: ['each-item-once'],
    shows: [story, 1],
    rules: { noted: (next, held) => next + held },
  },
  'lost-credits-stay-lost': {
    difficulty: 'easy',
    what: 'a consumer waits for what it was not sent',
    breaks: ['stream-goes-on'],
    shows: [story, 1],
    rules: { asksAgain: () => false },
  },
  'old-window-kept': {
    difficulty: 'hard',
    what: 'a producer keeps the window of a consumer that has restarted',
    breaks: ['stream-goes-on'],
    shows: [story, 1],
    rules: { isAnew: () => false },
  },
};

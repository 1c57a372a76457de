/** Rings that nobody agrees about, and requests that find no owner. */
import type { Mutants } from '../mechanism.ts';
import { forwardingRingRules } from './rules.ts';
import type { ForwardingRingRules } from './rules.ts';

const story = 'ring-hands-on';

export const forwardingRingMutants: Mutants<ForwardingRingRules> = {
  'handled-where-it-lands': {
    difficulty: 'easy',
    what: 'whoever is asked handles what it is asked for, whoever owns the key',
    breaks: ['owner-handles'],
    shows: [story, 1],
    rules: { handles: () => true },
  },
  'ring-in-order-of-hearing': {
    difficulty: 'hard',
    what: 'a key belongs to one of the members by its hash modulo their count, in the order in which gossip named them',
    breaks: ['hops-bounded', 'owner-handles'],
    shows: [story, 1],
    rules: {
      table(members, c) {
        const usual = forwardingRingRules.table(members, c);
        return {
          owner: (hash) => members[hash % members.length] ?? 0,
          order: (hash) => usual.order(hash),
        };
      },
    },
  },
  'dead-keep-their-keys': {
    difficulty: 'easy',
    what: 'who is dead stays on the ring',
    breaks: ['ring-agrees'],
    shows: [story, 1],
    rules: { isOnRing: (status) => status !== 'left' },
  },
  'round-and-round': {
    difficulty: 'hard',
    what: 'a request is handed on for as long as somebody takes another one for its owner',
    breaks: ['hops-bounded'],
    shows: [story, 1],
    rules: { mayHandOn: () => true },
  },
  'unanswered-is-undone': {
    difficulty: 'hard',
    what: 'of a request that was handed on and never answered a client is told that it has failed',
    breaks: ['refused-unhandled'],
    shows: ['answers-lost-on-ring', 1],
    rules: { givenUp: () => 'fail' },
  },
};

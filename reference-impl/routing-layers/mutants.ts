/** Callers that go by the wrong layer. */
import type { Mutants } from '../mechanism.ts';
import type { RoutingLayerRules } from './rules.ts';

export const routingLayerMutants: Mutants<RoutingLayerRules> = {
  'layers-gossip-unheard': {
    difficulty: 'easy',
    what: 'whom gossip takes for dead stays on the list until its lease ends',
    breaks: ['layer-bounds'],
    shows: ['cheap-layers-first', 1],
    rules: { isOut: () => false },
  },
  'layers-serve-for-ever': {
    difficulty: 'hard',
    what: 'a list that nobody confirms serves for as long as it takes',
    breaks: ['layer-bounds'],
    shows: ['cheap-layers-first', 1],
    rules: { mayServe: () => true },
  },
  'layers-ask-always': {
    difficulty: 'easy',
    what: 'the leader is asked although memory is fresh',
    breaks: ['cheap-first'],
    shows: ['cheap-layers-first', 1],
    rules: { escalates: () => 'old' },
  },
  'layers-suspicion-counts': {
    difficulty: 'hard',
    what: 'whom gossip suspects is taken out, too, so that sooner nobody is left and the leader is asked',
    breaks: ['cheap-first'],
    shows: ['cheap-layers-first', 2],
    rules: { isOut: (status) => status !== 'alive' && status !== undefined },
  },
};

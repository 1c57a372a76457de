/** A ring of members that gossip makes, whose members hand requests on to the owner of a key (W1; Ringpop). */
import { nodeCount } from '../../harness/core/program.ts';
import { lane } from '../mechanism.ts';
import { forwardingRingOf } from './config.ts';
import { hopsBounded } from './judge/hops-bounded.ts';
import { ownerHandles } from './judge/owner-handles.ts';
import { refusedUnhandled } from './judge/refused-unhandled.ts';
import { ringAgrees } from './judge/ring-agrees.ts';
import { createForwardingRing } from './machine.ts';
import { forwardingRingMutants } from './mutants.ts';
import type {} from './observations.ts';
import { forwardingRingRules } from './rules.ts';
import { answersLostOnRing, ringHandsOn } from './scenario.ts';

export const forwardingRing = lane({
  id: 'forwarding-ring',
  requirements: ['W1', 'D7'],
  what: 'a ring of the members that gossip knows; whoever is asked hands a request on to the owner of its key',
  rules: forwardingRingRules,
  machine({ id, shape, settings }, rules) {
    const config = forwardingRingOf(settings);
    const size = nodeCount(shape);
    if (config === null || id >= size) return null;
    return createForwardingRing({ self: id, size, config, rules });
  },
  operations: {
    'ask-ring': ({ value }, shape) => (typeof value === 'number' ? value : 0) % nodeCount(shape),
  },
  promises: [ringAgrees(), ownerHandles(), hopsBounded(), refusedUnhandled()],
  mutants: forwardingRingMutants,
  scenarios: [ringHandsOn, answersLostOnRing],
});

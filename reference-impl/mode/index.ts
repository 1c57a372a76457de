/** The modes (M): Target, Degraded, Floor, Recovery. */
import { lane } from '../mechanism.ts';
import { modeFacet } from './facet.ts';
import { modeBehaviours } from './judge/mode-behaviours.ts';
import { modeTransitions } from './judge/mode-transitions.ts';
import { recoveryOrder } from './judge/recovery-order.ts';
import { createMode, modeRules } from './mode.ts';
import { modeMutants } from './mutants.ts';
import { modeSometimes } from './sometimes.ts';

export const mode = lane({
  id: 'mode',
  requirements: ['M1', 'M2', 'I7'],
  what: 'measures its node by what it observes, gets worse at once and better by proof',
  rules: modeRules,
  on: ({ id, shape }) => id < shape.nodes.length,
  machine: createMode,
  promises: [modeTransitions(), modeBehaviours(), recoveryOrder()],
  mutants: modeMutants,
  sometimes: modeSometimes,
  facets: [modeFacet],
});

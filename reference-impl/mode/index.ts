/** The modes (M): Target, Degraded, Floor, Recovery. */
import { nodeCount } from '../../harness/core/program.ts';
import { lane } from '../mechanism.ts';
import { modeFacet } from './facet.ts';
import { modeBehaviours } from './judge/mode-behaviours.ts';
import { modeTransitions } from './judge/mode-transitions.ts';
import { recoveryOrder } from './judge/recovery-order.ts';
import { createMode, modeRules } from './mode.ts';
import { mode as modeMetric } from './metrics.ts';
import { hasModes } from './matrix.ts';
import { modesOf } from './member.ts';
import { modeMutants } from './mutants.ts';
import { modeSometimes } from './sometimes.ts';
import { modesUnderLoad } from './scenarios/modes-under-load.ts';
import { registryLost } from './scenarios/registry-lost.ts';
import { slowDependencies } from './scenarios/slow-dependencies.ts';

export const mode = lane({
  id: 'mode',
  requirements: ['M1', 'M2', 'I7'],
  what: 'measures its node by what it observes, gets worse at once and better by proof',
  rules: modeRules,
  machine: (config, rules, all) =>
    config.id < nodeCount(config.shape) && hasModes(config.settings)
      ? createMode(config, rules, modesOf(all))
      : null,
  promises: (all) => [modeTransitions(modesOf(all)), modeBehaviours(modesOf(all)), recoveryOrder()],
  mutants: modeMutants,
  scenarios: [slowDependencies, registryLost, modesUnderLoad],
  sometimes: modeSometimes,
  facets: [modeFacet],
  metrics: [modeMetric],
});

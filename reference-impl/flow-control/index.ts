/** Streams whose consumers grant credits, and whose producers wait for them (R5). */
import { nodeCount } from '../../harness/core/program.ts';
import { lane } from '../mechanism.ts';
import { flowControlOf } from './config.ts';
import { creditsInBatches } from './judge/credits-in-batches.ts';
import { creditsKept } from './judge/credits-kept.ts';
import { eachItemOnce } from './judge/each-item-once.ts';
import { streamGoesOn } from './judge/stream-goes-on.ts';
import { createFlowControl } from './machine.ts';
import { flowControlMutants } from './mutants.ts';
import type {} from './observations.ts';
import { flowControlRules } from './rules.ts';
import { streamsFlow } from './scenario.ts';
import { wholeWindows } from './scenarios/whole-windows.ts';

export const flowControl = lane({
  id: 'flow-control',
  requirements: ['R5'],
  what: 'a consumer grants credits to the producer of a stream, which sends no item without one',
  rules: flowControlRules,
  machine({ id, shape, settings }, rules) {
    const config = flowControlOf(settings);
    const size = nodeCount(shape);
    if (config === null || size < 2 || id >= size) return null;
    return createFlowControl({ self: id, size, config, rules });
  },
  promises: [creditsKept(), eachItemOnce(), streamGoesOn(), creditsInBatches()],
  mutants: flowControlMutants,
  scenarios: [streamsFlow, wholeWindows],
});

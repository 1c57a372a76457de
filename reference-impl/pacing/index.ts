/** A fleet that starts together does not ask together (D1, R6). */
import { part } from '../mechanism.ts';
import { pacingOf } from './config.ts';
import { availableInStorm } from './judge/available-in-storm.ts';
import { foundAgain } from './judge/found-again.ts';
import { pacingMutants } from './mutants.ts';
import { Pacing } from './pacing.ts';
import { pacingRules } from './rules.ts';
import { restartStorm, restartStormAtOnce } from './scenario.ts';

export const pacing = part({
  id: 'pacing',
  requirements: ['D1', 'R6'],
  what: 'instances that start together ask the registry one after the other, and less often while it is late',
  rules: pacingRules,
  make: ({ io, config, spec }, rules) =>
    new Pacing(io, {
      config: pacingOf(config.settings),
      isInstance: spec?.service !== undefined,
      rules,
    }),
  promises: [availableInStorm(), foundAgain()],
  mutants: pacingMutants,
  scenarios: [restartStorm, restartStormAtOnce],
});

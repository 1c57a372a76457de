/** Outlier detection: callers that leave out who fails in a row (D8). */
import { part } from '../mechanism.ts';
import { outliersOf } from './config.ts';
import { ejectedForCause } from './judge/ejected-for-cause.ts';
import { ejectedSpared } from './judge/ejected-spared.ts';
import { ejectionBounded } from './judge/ejection-bounded.ts';
import { outlierMutants } from './mutants.ts';
import type {} from './observations.ts';
import { Outliers } from './outliers.ts';
import { outlierRules } from './rules.ts';
import { outliersLeave } from './scenario.ts';
import { failuresScattered } from './scenarios/failures-scattered.ts';

export const outliers = part({
  id: 'outliers',
  requirements: ['D8'],
  what: 'sends no calls for a while to who failed several in a row, and never leaves out more than half',
  rules: outlierRules,
  make: ({ io, config }, rules) => new Outliers(io, outliersOf(config.settings), rules),
  promises: [ejectionBounded(), ejectedSpared(), ejectedForCause()],
  mutants: outlierMutants,
  scenarios: [outliersLeave, failuresScattered],
});

/** Callers that heed what instances say of their load (R5). */
import { part } from '../mechanism.ts';
import { Backpressure } from './backpressure.ts';
import { pressureOf } from './config.ts';
import { retryAfterHeeded } from './judge/retry-after-heeded.ts';
import { pressureMutants } from './mutants.ts';
import { pressureRules } from './rules.ts';

export const backpressure = part({
  id: 'backpressure',
  requirements: ['R5'],
  what: 'stays away from instances that refused, for as long as they asked',
  rules: pressureRules,
  make: ({ config }, rules) => new Backpressure(pressureOf(config.settings), rules),
  promises: [retryAfterHeeded()],
  mutants: pressureMutants,
});

/** Limits on calls that find themselves: AIMD, gradient, Little's law (R4). */
import { part } from '../mechanism.ts';
import { AdaptiveLimit } from './adaptive-limit.ts';
import { adaptiveOf } from './config.ts';
import { limitNearLittle } from './judge/limit-near-little.ts';
import { adaptiveMutants } from './mutants.ts';
import { adaptiveRules } from './rules.ts';
import { unknownCapacity } from './scenario.ts';

export const adaptiveLimit = part({
  id: 'adaptive-limit',
  requirements: ['R4'],
  what: 'finds out how many calls a service works on at a time, and sends it no more',
  rules: adaptiveRules,
  make: ({ io, config }, rules) => new AdaptiveLimit(io, adaptiveOf(config.settings), rules),
  promises: [limitNearLittle()],
  mutants: adaptiveMutants,
  scenarios: [unknownCapacity],
});

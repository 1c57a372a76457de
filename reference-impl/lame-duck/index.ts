/** A lame duck: whoever is told to stop serves those on that do not know yet (D7, I3). */
import { part } from '../mechanism.ts';
import { lameDuckOf } from './config.ts';
import { deployUnnoticed } from './judge/deploy-unnoticed.ts';
import { LameDuck } from './lame-duck.ts';
import { lameDuckMutants } from './mutants.ts';
import { lameDuckRules } from './rules.ts';
import { deployUnderLoad } from './scenario.ts';

export const lameDuck = part({
  id: 'lame-duck',
  requirements: ['D7', 'I3'],
  what: 'serves on for a while when it is told to stop, so that a deploy loses no call',
  rules: lameDuckRules,
  make: ({ io, config }, rules) => new LameDuck(io, lameDuckOf(config.settings), rules),
  promises: [deployUnnoticed()],
  mutants: lameDuckMutants,
  scenarios: [deployUnderLoad],
});

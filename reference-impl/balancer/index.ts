/** Balancers (W2): which of several instances gets the next call. */
import { part } from '../mechanism.ts';
import { Balancer, balancerRules } from './balancer.ts';
import { balancerMode } from './mode.ts';
import { balancerMutants } from './mutants.ts';
import { efficiency } from './promise.ts';
import { slowAvoided } from './judge/slow-avoided.ts';
import { leastPicked } from './judge/least-picked.ts';
import { antDeadEnd, greyInstance, leastLoaded } from './scenarios/learning.ts';
import { steadyLoad } from './scenarios/steady-load.ts';

export const balancer = part({
  id: 'balancer',
  requirements: ['W2', 'I4'],
  what: 'spreads calls evenly over instances, and goes past those that are slow',
  rules: balancerRules,
  make: (_context, rules) => new Balancer(rules),
  mode: balancerMode,
  promises: [efficiency(), slowAvoided(), leastPicked()],
  mutants: balancerMutants,
  scenarios: [steadyLoad, greyInstance, antDeadEnd, leastLoaded],
});

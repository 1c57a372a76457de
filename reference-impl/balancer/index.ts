/** Balancers (W2): which of several instances gets the next call. */
import { part } from '../mechanism.ts';
import { Balancer, balancerRules } from './balancer.ts';
import { balancerMode } from './mode.ts';
import { balancerMutants } from './mutants.ts';
import { efficiency } from './promise.ts';
import { steadyLoad } from './scenario.ts';

export const balancer = part({
  id: 'balancer',
  requirements: ['W2', 'I4'],
  what: 'spreads calls evenly over instances',
  rules: balancerRules,
  make: (_context, rules) => new Balancer(rules),
  mode: balancerMode,
  promises: [efficiency()],
  mutants: balancerMutants,
  scenarios: [steadyLoad],
});

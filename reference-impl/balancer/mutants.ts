/** The balancer broken. */
import type { Mutants } from '../mechanism.ts';
import type { BalancerRules } from './balancer.ts';

export const balancerMutants: Mutants<BalancerRules> = {
  'balancer-first': {
    difficulty: 'easy',
    what: 'of two instances the first in the list gets the call',
    breaks: ['efficiency', 'coordination'],
    rules: { betterOf: (a, b) => Math.min(a.instance, b.instance) },
  },
  'balancer-ties': {
    difficulty: 'hard',
    what: 'of two instances with equal load the first in the list gets the call',
    breaks: ['efficiency', 'coordination'],
    rules: {
      betterOf(a, b) {
        const [low, high] = a.instance < b.instance ? [a, b] : [b, a];
        return high.load < low.load ? high.instance : low.instance;
      },
    },
  },
};

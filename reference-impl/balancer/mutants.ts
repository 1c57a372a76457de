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
  'latency-not-learned': {
    difficulty: 'easy',
    what: 'how long an instance took counts for nothing in what it costs',
    breaks: ['slow-avoided'],
    shows: ['grey-instance', 1],
    rules: { cost: () => 1 },
  },
  // A mean of all answers: what was quick for long is believed to be so for long.
  'trail-never-fades': {
    difficulty: 'hard',
    what: 'trails to instances are the sum of all answers, and fade neither by time nor by failure',
    breaks: ['slow-avoided'],
    shows: ['ant-dead-end', 3],
    rules: {
      trail: (trail, { tookUs, isOk }) => trail + (isOk ? 1e6 / (tookUs + 1_000) : 0),
      faded: (value) => value,
    },
  },
  'failure-lays-trail': {
    difficulty: 'hard',
    what: 'an answer that failed lays a trail as one that went well',
    breaks: ['slow-avoided'],
    shows: ['ant-dead-end', 1],
    rules: { trail: (trail) => trail + (1_000 - trail) / 4 },
  },
  'least-of-some': {
    difficulty: 'hard',
    what: 'the least loaded is looked for among the first half of the list',
    breaks: ['least-picked'],
    shows: ['least-loaded', 1],
    rules: {
      leastOf(all) {
        const some = all.slice(0, Math.ceil(all.length / 2));
        return some.reduce((a, b) => (b.load < a.load ? b : a)).instance;
      },
    },
  },
  'load-ignored': {
    difficulty: 'easy',
    what: 'an instance is picked whatever is out to it',
    breaks: ['least-picked'],
    shows: ['least-loaded', 1],
    rules: { leastOf: (all, first) => all[first]?.instance ?? 0 },
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

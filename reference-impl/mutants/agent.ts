/** The agent broken: discovery, configuration, circuit breaker, balancer. */
import type { Mutants } from './mutant.ts';

export const agentMutants: Mutants = {
  // Eureka's self-preservation, without its condition.
  'list-never-fresh': {
    class: 'discovery',
    difficulty: 'easy',
    what: 'calls always go by the static list of instances, not by the registry',
    breaks: ['discovery', 'mode-behaviours', 'coordination'],
    agentRules: { source: () => 'static' },
  },
  'removal-ignored': {
    class: 'discovery',
    difficulty: 'hard',
    what: 'the cache keeps an instance of which a watch says that it has gone',
    breaks: ['discovery', 'coordination'],
    agentRules: { isListed: () => true },
  },
  'config-never-refreshed': {
    class: 'config',
    difficulty: 'easy',
    what: 'a copy of the configuration keeps the first value of a key',
    breaks: ['config-converges', 'coordination'],
    agentRules: { mayReplace: (held) => held === null },
  },
  // Envoy#15767: an old version is applied over a newer one.
  'config-goes-back': {
    class: 'config',
    difficulty: 'hard',
    what: 'what a slow or deposed leader sends undoes a newer configuration',
    breaks: ['copies-advance', 'config-converges', 'watch-guarantees', 'coordination'],
    agentRules: {
      mayLoad: () => true,
      isNews: (revision, held) => revision !== held,
    },
  },
  // A client that tracks what it reads only: after a write it may be answered from before it.
  'session-forgets-writes': {
    class: 'guarantees',
    difficulty: 'hard',
    what: 'a session remembers the revision of what it has read, not of what it has written',
    breaks: ['session-guarantees'],
    agentRules: { seenIn: (answer) => (answer.type === 'value' ? answer.revision : 0) },
  },
  'breaker-never-opens': {
    class: 'breaker',
    difficulty: 'easy',
    what: 'circuits never open, however often calls fail',
    breaks: ['resilience', 'coordination'],
    agentRules: { shouldOpen: () => false },
  },
  'breaker-opens-at-once': {
    class: 'breaker',
    difficulty: 'easy',
    what: 'one failure opens a circuit',
    breaks: ['resilience', 'coordination'],
    agentRules: { shouldOpen: (failuresUs) => failuresUs.length > 0 },
  },
  'breaker-impatient': {
    class: 'breaker',
    difficulty: 'hard',
    what: 'an open circuit gives rest for a third of its time',
    breaks: ['resilience', 'coordination'],
    agentRules: { mayProbe: (openedUs, nowUs, p) => nowUs - openedUs >= p.openUs / 3 },
  },
  // opossum#119, resilience4j#1432.
  'half-open-floods': {
    class: 'breaker',
    difficulty: 'hard',
    what: 'a half-open circuit lets every call out',
    breaks: ['resilience', 'coordination'],
    agentRules: { hasProbeLeft: () => true },
  },
  'balancer-first': {
    class: 'balancer',
    difficulty: 'easy',
    what: 'of two instances the first in the list gets the call',
    breaks: ['efficiency', 'coordination'],
    agentRules: { betterOf: (a, b) => Math.min(a.instance, b.instance) },
  },
  'balancer-ties': {
    class: 'balancer',
    difficulty: 'hard',
    what: 'of two instances with equal load the first in the list gets the call',
    breaks: ['efficiency', 'coordination'],
    agentRules: {
      betterOf(a, b) {
        const [low, high] = a.instance < b.instance ? [a, b] : [b, a];
        return high.load < low.load ? high.instance : low.instance;
      },
    },
  },
};

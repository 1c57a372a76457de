/** Schedulers that place too much, wrongly, or nothing. */
import type { Mutants } from '../mechanism.ts';
import type { SchedulingRules } from './rules.ts';

export const schedulingMutants: Mutants<SchedulingRules> = {
  'version-not-compared': {
    difficulty: 'easy',
    what: 'a pod is placed on a machine that has changed since it was read',
    breaks: ['no-overcommit', 'placed-where-allowed'],
    shows: ['three-schedulers', 1],
    rules: { guards: () => [] },
  },
  'room-for-one-more': {
    difficulty: 'easy',
    what: 'a machine that is not full has room for any pod',
    breaks: ['no-overcommit'],
    shows: ['three-schedulers', 1],
    rules: { fits: (_pod, m) => m.pods.reduce((sum, p) => sum + p.cpu, 0) < m.cpu },
  },
  'apart-from-itself-alone': {
    difficulty: 'hard',
    what: 'a pod that does not mind is placed beside one of its app that wants to be alone',
    breaks: ['placed-where-allowed'],
    shows: ['three-schedulers', 1],
    rules: { isApart: (pod, m) => !pod.isApart || m.pods.every((p) => p.app !== pod.app) },
  },
  'one-taint-is-enough': {
    difficulty: 'hard',
    what: 'of several taints a pod has to tolerate one',
    breaks: ['placed-where-allowed'],
    shows: ['three-schedulers', 1],
    rules: {
      isAllowed: (pod, m) =>
        (pod.zone === '' || pod.zone === m.zone) &&
        (m.taints.length === 0 || m.taints.some((t) => pod.tolerates.includes(t))),
    },
  },
  'gives-up-on-conflict': {
    difficulty: 'easy',
    what: 'a pod is given up when another scheduler was quicker, though there is room elsewhere',
    breaks: ['none-starved'],
    shows: ['three-schedulers', 1],
    rules: { triesMax: () => 1 },
  },
};

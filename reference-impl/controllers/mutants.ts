/** Controllers that do not see the difference, and nodes that do not hear of it. */
import type { Mutants } from '../mechanism.ts';
import type { ControllerRules } from './rules.ts';

export const controllerMutants: Mutants<ControllerRules> = {
  'node-lease-ignored': {
    difficulty: 'easy',
    what: 'a node whose lease is not renewed any more is taken for alive',
    breaks: ['no-dead-endpoint', 'replicas-converge'],
    shows: ['desired-and-actual', 1],
    rules: { isAlive: () => true },
  },
  'surplus-kept': {
    difficulty: 'easy',
    what: 'pods that are not wanted any more run on',
    breaks: ['replicas-converge'],
    shows: ['desired-and-actual', 1],
    rules: { isWanted: () => true },
  },
  'gap-not-noticed': {
    difficulty: 'hard',
    what: 'who watches takes what is told next, whatever was lost before it',
    breaks: ['replicas-converge', 'config-reaches-pods', 'no-dead-endpoint'],
    shows: ['desired-and-actual', 1],
    rules: { isGap: () => false },
  },
  'config-mounted-once': {
    difficulty: 'easy',
    what: 'a pod goes by the ConfigMap that there was when it started',
    breaks: ['config-reaches-pods'],
    shows: ['desired-and-actual', 1],
    rules: { mounts: (held) => held },
  },
};

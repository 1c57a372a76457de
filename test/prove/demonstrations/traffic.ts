/** The stories of traffic: many seeds in simulation, and three of them with real sockets. */
import { processes } from '../../../harness/processes/environment.ts';
import { scaledBlackFriday } from '../../../reference-impl/warm-up/scenario.ts';
import { scenarioOf } from '../runs.ts';
import { storiesAsked } from './demonstration.ts';
import type { Demonstration } from './demonstration.ts';
import { alike, quietly } from './quiet-stories.ts';

const stories = [
  'ant-dead-end',
  'bell-in-turn',
  'black-friday',
  'busy-dependency',
  'cascade',
  'chord-churn',
  'connections-kept',
  'dns-in-degraded',
  'deploy-under-load',
  'failing-dependency',
  'flaky-service',
  'grey-instance',
  'hedged-tail',
  'hot-keys',
  'intents-met',
  'keys-stay',
  'least-loaded',
  'limit-cut-in-two',
  'modes-under-load',
  'opening-bell',
  'outliers-leave',
  'overload',
  'overrides-cleaned-up',
  'patient-callers',
  'proxies-serve-on',
  'retry-storm',
  'ring-hands-on',
  'slow-neighbour',
  'steady-load',
  'streams-flow',
  'surge-on-three',
  'three-schedulers',
  'thundering-herd',
  'unknown-capacity',
  'zone-loss',
];

export const traffic: Demonstration = {
  says: '--count 290 --seed 1 --scenario NAME: no false alarm of the correct node, so many seeds of each story of traffic: 10,000 runs',
  isLong: true,
  run({ say, count = 290, seed = 1, scenario }) {
    for (const name of storiesAsked(stories, scenario)) {
      quietly(scenarioOf(name), { seed, count }, say);
    }
  },
};

export const storms: Demonstration = {
  says: '--count 1 --seed 1: retry storm with and without budgets, cascade, and Black Friday at a fifth, in processes',
  isLong: true,
  async run({ say, count = 1, seed = 1 }) {
    const all = ['retry-storm', 'retry-storm-unbudgeted', 'cascade'].map(scenarioOf);
    for (const s of [...all, scaledBlackFriday]) {
      for (let i = seed; i < seed + count; i++) await alike(processes(), s, i, say);
    }
  },
};

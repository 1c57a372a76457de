/** The stories of discovery and configuration: many seeds in simulation, and one by one in processes and containers. */
import { containers } from '../../../harness/containers/environment.ts';
import type { Environment, Run } from '../../../harness/core/environment.ts';
import { processes } from '../../../harness/processes/environment.ts';
import { scenarioOf } from '../runs.ts';
import { storiesAsked } from './demonstration.ts';
import type { Asked, Demonstration } from './demonstration.ts';
import { alike, quietly } from './quiet-stories.ts';

/** Those that run with sockets, too; the first of them in containers. */
const real = [
  'rolling-restart',
  'registry-without-leader',
  'flag-killed-in-outage',
  'permission-withdrawn',
  'control-plane-lost',
  'rolling-deploy',
  'silent-instances',
  'instance-crash',
  'registry',
  'config',
  'member-pause',
];

const simulated = [
  'cheap-layers-first',
  'config-changes',
  'desired-and-actual',
  'dns-in-degraded',
  'edges-of-a-cdn',
  'evidence-revoked',
  'forgotten-pasts',
  'intents-met',
  'keys-on-leases',
  'layers-change',
  'listeners-return',
  'members-settle',
  'mesh-changes',
  'names-after-pauses',
  'names-in-time',
  'outliers-leave',
  'override-at-24-h',
  'overrides-cleaned-up',
  'path-by-key',
  'proxies-serve-on',
  'region-cut',
  'region-deletes',
  'region-forgets',
  'region-withdrawn',
  'renewals-lost',
  'restart-storm',
  'rollout-with-regression',
  'settings-audited',
  'slow-starters',
  'uneven-links',
  'values-adopted',
  'wan-region-cut',
  'wan-region-dark',
  'zone-lost',
];

export const coordination: Demonstration = {
  says: '--count 240 --seed 1 --scenario NAME: no false alarm of the correct node, so many seeds of each story of discovery and configuration: 10,000 runs',
  isLong: true,
  run({ say, count = 240, seed = 1, scenario }) {
    for (const name of storiesAsked([...real, ...simulated], scenario)) {
      quietly(scenarioOf(name), { seed, count }, say);
    }
  },
};

export const coordinationInProcesses: Demonstration = {
  says: '--count 1 --seed 1 --scenario NAME: stories of discovery and configuration in processes: the verdicts of the simulation',
  isLong: true,
  run: (asked) => inRealTime(processes(), real, asked),
};

export const coordinationInContainers: Demonstration = {
  says: '--count 1 --seed 1 --scenario NAME: some of the same stories in containers',
  isLong: true,
  run: (asked) => inRealTime(containers(), real.slice(0, 7), asked),
};

async function inRealTime(
  environment: Environment<Promise<Run>>,
  names: readonly string[],
  { say, count = 1, seed = 1, scenario }: Asked,
): Promise<void> {
  for (const name of storiesAsked(names, scenario)) {
    for (let i = seed; i < seed + count; i++) await alike(environment, scenarioOf(name), i, say);
  }
}

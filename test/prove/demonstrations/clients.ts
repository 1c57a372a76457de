/** The npm clients of Consul, Eureka and Spring Cloud Config, and OpenFeature's SDK, on the reference cluster, in simulation: what their programs see under faults. */
import { libraryUnderTest } from '../../../harness/index.ts';
import type { LibraryDefinition, Scenario } from '../../../harness/index.ts';
import { programOf, runScenario } from '../../../harness/runner/run-scenario.ts';
import * as cloudConfig from '../../library/clients/cloud-config-client.ts';
import * as consul from '../../library/clients/consul.ts';
import * as eureka from '../../library/clients/eureka-js-client.ts';
import * as openfeature from '../../library/clients/openfeature.ts';
import type { Demonstration } from './demonstration.ts';

const seedsUsual = 40;

const stories: readonly [LibraryDefinition, Scenario, { readonly isKept: boolean }][] = [
  [consul.definition, consul.consulStory('consul-watch-catches-up'), { isKept: true }],
  [consul.definition, consul.consulStory('consul-waits-long', '10m'), { isKept: false }],
  [eureka.definition, eureka.eurekaStory('eureka-goes-on-with-its-list', true), { isKept: true }],
  [eureka.definition, eureka.eurekaStory('eureka-asks-each-time', false), { isKept: false }],
  [
    openfeature.definition,
    openfeature.openFeatureStory('openfeature-kill-arrives'),
    { isKept: true },
  ],
  [
    openfeature.definition,
    openfeature.openFeatureStory('openfeature-rules-for-ever', 600_000),
    { isKept: false },
  ],
  [
    cloudConfig.definition,
    cloudConfig.cloudConfigStory('cloud-config-goes-on', true),
    { isKept: true },
  ],
  [
    cloudConfig.definition,
    cloudConfig.cloudConfigStory('cloud-config-forgets', false),
    { isKept: false },
  ],
];

export const clients: Demonstration = {
  says: `--count ${seedsUsual}: so many runs of the npm clients of Consul, Eureka, Spring Cloud Config and OpenFeature, unmodified, on the reference cluster under faults`,
  isLong: true,
  async run({ say, count = seedsUsual }) {
    for (const [definition, scenario, { isKept }] of stories) {
      const { system, environment } = libraryUnderTest(definition);
      const of = { holds: 0, violated: 0, unknown: 0 };
      for (let seed = 1; seed <= count; seed++) {
        const program = programOf(scenario, seed, 'virtual', null);
        const { judgement } = await runScenario(environment, system, scenario, program);
        of[judgement.verdict] += 1;
      }
      const isOk = isKept ? of.holds === count : of.violated > 0;
      const figures = `${of.holds} hold, ${of.violated} violated, ${of.unknown} unknown`;
      say(isOk, `${scenario.name}: ${figures}`, isKept ? '' : 'this one is to be violated');
    }
  },
};

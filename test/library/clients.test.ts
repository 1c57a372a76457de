/** Other people's clients of Consul, Eureka and Spring Cloud Config, and OpenFeature's SDK, on the reference cluster, in simulation: what their programs see under faults. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { libraryUnderTest } from '../../harness/index.ts';
import type { LibraryDefinition, Scenario } from '../../harness/index.ts';
import { programOf, runScenario } from '../../harness/runner/run-scenario.ts';
import * as cloudConfig from './clients/cloud-config-client.ts';
import * as consul from './clients/consul.ts';
import * as eureka from './clients/eureka-js-client.ts';
import * as openfeature from './clients/openfeature.ts';

async function verdictOf(scenario: Scenario, of: LibraryDefinition, seed: number): Promise<string> {
  const { system, environment } = libraryUnderTest(of);
  const program = programOf(scenario, seed, 'virtual', null);
  const { judgement } = await runScenario(environment, system, scenario, program);
  return judgement.verdict;
}

const all = [
  {
    library: 'consul',
    of: consul.definition,
    kept: consul.consulStory('consul-watch-catches-up'),
    without: consul.consulStory('consul-waits-long', '10m'),
    by: 'a question that waits ten minutes on a server that was killed',
  },
  {
    library: 'eureka-js-client',
    of: eureka.definition,
    kept: eureka.eurekaStory('eureka-goes-on-with-its-list', true),
    without: eureka.eurekaStory('eureka-asks-each-time', false),
    by: 'a program that asks its peers at each look',
  },
  {
    library: 'openfeature',
    of: openfeature.definition,
    kept: openfeature.openFeatureStory('openfeature-kill-arrives'),
    without: openfeature.openFeatureStory('openfeature-rules-for-ever', 600_000),
    by: 'a program that goes by its rules however old they are',
  },
  {
    library: 'cloud-config-client',
    of: cloudConfig.definition,
    kept: cloudConfig.cloudConfigStory('cloud-config-goes-on', true),
    without: cloudConfig.cloudConfigStory('cloud-config-forgets', false),
    by: 'a program that keeps no settings',
  },
] as const;

for (const { library, of, kept, without, by } of all) {
  describe(`${library} on the reference cluster`, function () {
    this.timeout(120_000);

    it('keeps its promise, and the run comes to rest at each moment', async () => {
      assert.equal(await verdictOf(kept, of, 10), 'holds');
      const program = programOf(kept, 10, 'virtual', null);
      const hash = async (rounds?: number): Promise<string | null> => {
        const { system, environment } = libraryUnderTest(
          of,
          rounds === undefined ? {} : { rounds },
        );
        return (await environment.run(system, program)).traceHash;
      };
      const usual = await hash();
      assert.ok(usual !== null);
      assert.equal(await hash(40), usual, 'more rounds of the event loop change nothing');
    });

    it(`does not by ${by}`, async () => {
      assert.equal(await verdictOf(without, of, 10), 'violated');
    });
  });
}

/** Kubernetes' Leases by the library that elects with them: whoever leads resigns, and does another one follow? */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { SelfSimulated } from '../../harness/core/environment.ts';
import type { Scenario } from '../../harness/index.ts';
import { programOf, runScenario } from '../../harness/runner/run-scenario.ts';
import { kubernetesNobodyLeads } from '../../scenarios/libraries/kubernetes-leader-election.ts';

async function verdictOf(scenario: Scenario, seed: number): Promise<string> {
  const system = scenario.system as SelfSimulated;
  const program = programOf(scenario, seed, 'virtual', null);
  const { judgement } = await runScenario(system.simulation, system, scenario, program);
  return judgement.verdict;
}

describe('kubernetes-leader-election', function () {
  this.timeout(120_000);

  it('lets nobody follow a leader that resigns, unless who stands is made to try again', async () => {
    const { scenario, safe } = kubernetesNobodyLeads;
    for (const seed of [1, 2, 3]) {
      assert.equal(await verdictOf(scenario, seed), 'violated', `seed ${seed}`);
      assert.equal(await verdictOf(safe.scenario, seed), 'holds', `seed ${seed}`);
    }
  });
});

/**
 * Alert rules and the dashboard: accepted by the real promtool; each alert fires on the broken node that it
 * names and on no correct one, in series taken from runs.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { alertName, alertRules, alerts } from '../../harness/cli/monitoring/alert-rules.ts';
import { dashboard } from '../../harness/cli/monitoring/dashboard.ts';
import { allScenarios } from '../../harness/cli/scenarios.ts';
import { nodeMetrics } from '../../harness/metrics/catalog.ts';
import { programOf } from '../../harness/runner/run-scenario.ts';
import { simulation } from '../../harness/simulation/environment.ts';
import { mechanisms } from '../../reference-impl/mechanisms.ts';
import { metricsOfNode } from '../../reference-impl/metrics/of-node.ts';
import { mutants, reference } from '../../reference-impl/system.ts';
import { skipUnless } from '../require.ts';
import { fired, promtool, writeRules } from './promtool.ts';
import { type Series, seriesOf } from './scraped.ts';

describe('monitoring', function () {
  this.timeout(120_000);
  let folder = '';

  before(function () {
    const isThere = promtool('.', '--version').isAccepted;
    skipUnless(this, 'promtool', isThere ? null : 'apt-get install prometheus');
    folder = mkdtempSync(join(tmpdir(), 'antlion-monitoring-'));
    writeRules(folder);
  });
  after(() => {
    if (folder !== '') rmSync(folder, { recursive: true });
  });

  function fire(series: Series, names: readonly string[]): void {
    const { isAccepted, output } = fired(folder, series, names);
    assert.ok(isAccepted, output);
  }

  async function scraped(scenario: string, seed: number, mutant: string | null): Promise<Series> {
    const found = allScenarios.find((s) => s.name === scenario) ?? assert.fail(scenario);
    const program = programOf(found, seed, 'virtual', mutant);
    return seriesOf(program.shape, simulation().run(reference, program).history);
  }

  it('has rules that promtool accepts', () => {
    const { isAccepted, output } = promtool(folder, 'check', 'rules', 'alerts.yaml');
    assert.ok(isAccepted, output);
  });

  it('asks only for metrics that a node tells', () => {
    const known = new Set([...nodeMetrics, ...metricsOfNode(mechanisms)].map((m) => m.name));
    const asked = [...(alertRules() + dashboard()).matchAll(/\bantlion_\w+/g)].map((m) => m[0]);
    assert.ok(asked.length > 15);
    assert.deepEqual(
      asked.filter((name) => !known.has(name)),
      [],
    );
    const { panels } = JSON.parse(dashboard()) as { panels: { targets: unknown[] }[] };
    assert.ok(panels.length >= 9 && panels.every((p) => p.targets.length > 0));
  });

  for (const alert of alerts) {
    const [mutant, scenario, seed] = alert.shows;
    it(`fires on its broken node, and on nothing else: ${alertName(alert)}`, async () => {
      assert.ok(mutants[mutant]?.breaks.includes(alert.promise), `${mutant} breaks it`);
      fire(await scraped(scenario, seed, mutant), [alertName(alert)]);
      fire(await scraped(scenario, seed, null), []);
    });
  }
});

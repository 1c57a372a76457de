/**
 * Alert rules and the dashboard: accepted by the real promtool; each alert fires on the broken node that it
 * names and on no correct one, in series taken from runs.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
import { type Series, seriesOf } from './scraped.ts';

describe('monitoring', function () {
  this.timeout(120_000);
  let folder = '';

  before(function () {
    const found = spawnSync('promtool', ['--version']).status === 0;
    skipUnless(this, 'promtool', found ? null : 'apt-get install prometheus');
    folder = mkdtempSync(join(tmpdir(), 'antlion-monitoring-'));
    writeFileSync(join(folder, 'alerts.yaml'), alertRules());
  });
  after(() => {
    if (folder !== '') rmSync(folder, { recursive: true });
  });

  function promtool(...args: string[]): void {
    const ended = spawnSync('promtool', args, { cwd: folder, encoding: 'utf8' });
    assert.equal(ended.status, 0, ended.stdout + ended.stderr);
  }

  /** What fires in the series of one run: exactly these. */
  function fire(series: Series, names: readonly string[]): void {
    const fired = 'max by (alertname) (max_over_time(ALERTS{alertstate="firing"}[1h]))';
    const test = {
      interval: '1s',
      input_series: Object.entries(series.values).map(([name, values]) => ({
        series: name,
        values: values.join(' '),
      })),
      promql_expr_test: [
        {
          expr: fired,
          eval_time: `${series.seconds - 1}s`,
          exp_samples: names.map((n) => ({ labels: `{alertname="${n}"}`, value: 1 })),
        },
      ],
    };
    const file = { rule_files: ['alerts.yaml'], evaluation_interval: '1s', tests: [test] };
    writeFileSync(join(folder, 'test.yaml'), JSON.stringify(file));
    promtool('test', 'rules', 'test.yaml');
  }

  async function scraped(scenario: string, seed: number, mutant: string | null): Promise<Series> {
    const found = allScenarios.find((s) => s.name === scenario) ?? assert.fail(scenario);
    const program = programOf(found, seed, 'virtual', mutant);
    return seriesOf(program.shape, simulation().run(reference, program).history);
  }

  it('has rules that promtool accepts', () => {
    promtool('check', 'rules', 'alerts.yaml');
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

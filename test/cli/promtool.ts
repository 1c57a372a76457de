/** Series of runs under the generated alert rules, judged by the real promtool. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alertRules } from '../../harness/cli/monitoring/alert-rules.ts';
import type { Series } from './scraped.ts';

export interface Ended {
  readonly isAccepted: boolean;
  readonly output: string;
}

export function promtool(folder: string, ...args: string[]): Ended {
  const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: folder, encoding: 'utf8' });
  return { isAccepted: status === 0, output: stdout + stderr };
}

export function writeRules(folder: string): void {
  writeFileSync(join(folder, 'alerts.yaml'), alertRules());
}

/** All that ever fired in the series of one run: exactly these. `writeRules` comes first. */
export function fired(folder: string, series: Series, names: readonly string[]): Ended {
  const expr = 'max by (alertname) (max_over_time(ALERTS{alertstate="firing"}[1h]))';
  const exp_samples = names.map((n) => ({ labels: `{alertname="${n}"}`, value: 1 }));
  const test = {
    interval: '1s',
    input_series: Object.entries(series.values).map(([name, values]) => ({
      series: name,
      values: values.join(' '),
    })),
    promql_expr_test: [{ expr, eval_time: `${series.seconds - 1}s`, exp_samples }],
  };
  const file = { rule_files: ['alerts.yaml'], evaluation_interval: '1s', tests: [test] };
  writeFileSync(join(folder, 'test.yaml'), JSON.stringify(file));
  return promtool(folder, 'test', 'rules', 'test.yaml');
}

/** Rules for Prometheus: one for each alert of a mechanism, named after the promise that it watches. */
import type { Alert } from '../../core/alert.ts';
import type { Invariant } from '../../core/invariant.ts';
import { invariantOf } from '../../invariants/catalog.ts';
import { promisesOf } from '../../../reference-impl/mechanism.ts';
import { mechanisms } from '../../../reference-impl/mechanisms.ts';

export const alerts: readonly Alert[] = mechanisms.flatMap((m) => m.alerts ?? []);

/** `config-converges` is `AntlionConfigConverges`. */
export function alertName({ promise }: Alert): string {
  const words = promise.split('-').map((w) => w.charAt(0).toUpperCase() + w.slice(1));
  return `Antlion${words.join('')}`;
}

/** YAML; text is quoted as JSON, which YAML reads. */
export function alertRules(): string {
  const head =
    '# Made by: antlion monitoring. Each alert watches the promise that it is named after.';
  return [head, 'groups:', '  - name: antlion', '    rules:', ...alerts.flatMap(rule), ''].join(
    '\n',
  );
}

function rule(alert: Alert): string[] {
  const { claim, area } = promiseOf(alert.promise);
  return [
    `      - alert: ${alertName(alert)}`,
    `        expr: ${JSON.stringify(alert.expr)}`,
    `        for: ${alert.forS}s`,
    '        labels:',
    `          severity: ${area === 'SAFETY' ? 'critical' : 'warning'}`,
    `          promise: ${alert.promise}`,
    '        annotations:',
    `          summary: ${JSON.stringify(`Broken: ${claim}`)}`,
    `          description: ${JSON.stringify(alert.look)}`,
  ];
}

function promiseOf(id: string): Invariant {
  const own = mechanisms.flatMap((m) => promisesOf(m, mechanisms));
  const found = own.find((p) => typeof p !== 'string' && p.id === id);
  return found === undefined || typeof found === 'string' ? invariantOf(id) : found;
}

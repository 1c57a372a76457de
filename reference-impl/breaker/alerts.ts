/** Alerts of circuit breakers. */
import type { Alert } from '../../harness/core/alert.ts';

const failed =
  'sum by (instance, service) (rate(antlion_calls_total{outcome=~"error|timeout"}[15s]))';
const sent =
  'sum by (instance, service) (rate(antlion_calls_total{outcome=~"ok|error|timeout"}[15s]))';

export const breakerAlerts: readonly Alert[] = [
  {
    promise: 'resilience',
    expr: `(${failed} / ${sent} > 0.8) unless on (instance, service) (antlion_circuit_state > 0)`,
    forS: 10,
    look: 'Nearly all calls of a service fail, and its circuit is closed: callers wait for nothing.',
    shows: ['breaker-never-opens', 'failing-dependency', 1],
  },
];

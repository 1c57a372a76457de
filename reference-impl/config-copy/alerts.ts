/** Alerts of the copies of the configuration. */
import type { Alert } from '../../harness/core/alert.ts';

export const configAlerts: readonly Alert[] = [
  {
    promise: 'config-converges',
    expr: 'max by (key) (antlion_config_revision) - min by (key) (antlion_config_revision) > 0',
    forS: 15,
    look: 'Copies of the configuration differ: see which node is behind, and whether it reaches the servers.',
    shows: ['config-never-refreshed', 'config-changes', 1],
  },
  {
    promise: 'copies-advance',
    expr: 'antlion_config_revision < max_over_time(antlion_config_revision[30s])',
    forS: 0,
    look: 'A copy of the configuration went back to an older version.',
    shows: ['config-goes-back', 'config-changes', 16],
  },
];

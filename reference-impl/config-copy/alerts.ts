/** Alerts of the copies of the configuration. */
import type { Alert } from '../../harness/core/alert.ts';

/** A copy that is cut off differs for good reason, and says so by being confirmed no more: every 20 s it would be. */
const inTouch =
  'antlion_config_revision and on (instance) (increase(antlion_config_confirmations_total[30s]) > 0)';

export const configAlerts: readonly Alert[] = [
  {
    promise: 'config-converges',
    expr: `max by (key) (antlion_config_revision) - min by (key) (${inTouch}) > 0`,
    forS: 35,
    look: 'Copies of the configuration differ, and those that are behind are in touch with the servers: see what they do with what they are told.',
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

/** Alerts of membership. */
import type { Alert } from '../../harness/core/alert.ts';

export const membershipAlerts: readonly Alert[] = [
  {
    promise: 'membership',
    // One node that hears nobody takes the others for dead, and is right to.
    expr: '(count(antlion_members{status="dead"} > 0) > count(up) / 2) and on() (min(min_over_time(up[20s])) == 1)',
    forS: 40,
    look: 'Most nodes take somebody for dead, and all are up: look at the links of that node, both ways.',
    shows: ['never-refute', 'deaf-member', 1],
  },
];

/** Alerts of membership. */
import type { Alert } from '../../harness/core/alert.ts';

export const membershipAlerts: readonly Alert[] = [
  {
    promise: 'membership',
    // Of n nodes that are cut into a and b, a take b for dead and b take a: 2ab, which is n²/2 at most.
    expr: '(sum(antlion_members{status="dead"}) > count(up) ^ 2 / 2) and on() (min(min_over_time(up[20s])) == 1)',
    forS: 40,
    look: 'Nodes take more of each other for dead than a network cut in two explains, and all are up: look at what suspects do to be heard.',
    shows: ['never-refute', 'deaf-member', 1],
  },
];

/** Alerts of consensus. */
import type { Alert } from '../../harness/core/alert.ts';

export const consensusAlerts: readonly Alert[] = [
  {
    promise: 'election-safety',
    expr: 'count_values("term", antlion_leading_term > 0) > 1',
    forS: 0,
    look: 'Two servers lead in one term: compare what is on their disks, above all who voted for whom.',
    shows: ['vote-not-written', 'crash-at-vote', 6],
  },
  {
    promise: 'leadership',
    // Links that come and go, or an operator who hands over, change leaders once a second or so. A leader that was
    // started again counts from 0: whoever crashes all the time is another matter.
    expr: '(sum(increase(antlion_leader_changes_total[30s])) > 60) and on() (sum(resets(antlion_leader_changes_total[30s])) == 0)',
    forS: 0,
    look: 'Leaders change all the time, and none was started again: look at the links among servers, and at what their disks take.',
    shows: ['impatient-follower', 'steady-writes', 1],
  },
];

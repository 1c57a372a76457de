/**
 * Defects of its releases, of those that etcd's own robustness tests list: what shows each in a release that
 * has it. https://github.com/etcd-io/etcd/tree/main/tests/robustness#robustness-track-record
 */
import type { Anomaly } from '../define-system.ts';

/** A release without those that it is named for. */
const clean = '3.5.35';

/** Little of the log is kept, so that a snapshot comes soon. */
const throughSnapshot = { fsync: 'no', snapshotCount: '50', catchUpEntries: '20' };

function issue(number: number): string {
  return `https://github.com/etcd-io/etcd/issues/${number}`;
}

export const defects: readonly Anomaly[] = [
  {
    what: 'Asked how far a watch has come, a member names a revision whose events it has not told yet.',
    flags: { progress: 'requested' },
    defect: { broken: '3.5.5', clean, mended: ['3.4.25', '3.5.8'] },
    scenario: 'watchers-follow',
    breaks: 'watch-guarantees',
    source: issue(15220),
  },
  {
    what: 'A watch from the revision up to which history was forgotten is not told of the removal at that revision.',
    flags: {},
    defect: { broken: '3.5.12', clean, mended: ['3.4.34', '3.5.16'] },
    scenario: 'compactions-calm',
    breaks: 'watch-guarantees',
    source: issue(18089),
  },
  {
    what: 'A write is acknowledged before it is on the disk of the only member, and is lost when power fails.',
    flags: {},
    defect: { broken: '3.5.2', clean, mended: ['3.4.21', '3.5.5'] },
    members: 1,
    scenario: 'sudden-power-loss',
    breaks: 'linearizable',
    source: issue(14370),
  },
  {
    what: 'What was written just before a member gives back space is done a second time after a crash.',
    flags: {},
    defect: { broken: '3.5.5', clean, since: '3.5.0', mended: ['3.5.6'] },
    members: 1,
    scenario: 'defrags-kill',
    breaks: 'executed-once',
    source: 'https://github.com/etcd-io/etcd/pull/14685',
  },
  {
    what: 'A member that a snapshot brings back tells those who watch it all over again what they were told.',
    flags: throughSnapshot,
    defect: { broken: '3.5.5', clean, mended: ['3.4.25', '3.5.8'] },
    scenario: 'watch-through-snapshot',
    breaks: 'watch-guarantees',
    source: issue(15271),
  },
  {
    what: 'Who watches from a revision to come is told of earlier ones, once a snapshot has brought the member back.',
    flags: throughSnapshot,
    defect: { broken: '3.5.17', clean, mended: ['3.4.38', '3.5.22', '3.6.2'] },
    scenario: 'watch-through-snapshot',
    breaks: 'watch-guarantees',
    source: issue(20221),
  },
  {
    what: 'A transaction that reads a revision that was forgotten fails at the member that is asked, and is carried out by the others.',
    flags: {},
    defect: { broken: '3.5.35', clean: '3.7.3', mended: ['3.7.0'] },
    scenario: 'pasts-calm',
    breaks: 'linearizable',
    source: issue(18667),
  },
];

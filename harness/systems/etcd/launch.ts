/** How members of our own are started: on loopback only, their data in the run's folder. */
import type { LaunchPlan } from '../../core/launch-plan.ts';

/** What is told to members of our own, and to no others. */
export interface MemberFlags {
  /** A snapshot is taken every so many entries of the log. */
  readonly snapshotCount?: number | undefined;
  /** So many revisions are forgotten at a time, with a rest after each batch. */
  readonly compactionBatch?: number | undefined;
  /** Without it they are quicker; what is killed loses nothing by it, only a machine without power does. */
  readonly fsync: 'yes' | 'no';
}

/**
 * A member's address is part of what the cluster is, so all must be told the same: they dial it
 * through their `HTTP_PROXY`, and links of members can be told apart.
 */
export function launchEtcd({ snapshotCount, compactionBatch, fsync }: MemberFlags): LaunchPlan {
  const client = 'http://{{host}}:{{port}}';
  return {
    command: [
      'etcd',
      ['--name', '{{name}}'],
      ['--data-dir', '{{data}}'],
      ['--listen-client-urls', client],
      ['--advertise-client-urls', client],
      ['--listen-peer-urls', 'http://{{host}}:{{peerPort}}'],
      ['--initial-advertise-peer-urls', 'http://{{address}}'],
      ['--initial-cluster', '{{members}}'],
      ['--initial-cluster-state', 'new'],
      ['--logger', 'zap'],
      ['--log-level', 'error'],
      snapshotCount === undefined ? [] : ['--snapshot-count', String(snapshotCount)],
      fsync === 'no' ? ['--unsafe-no-fsync'] : [],
    ].flat(),
    install: 'apt-get install etcd-server',
    // How often a quiet watch is told how far it has come; ten minutes otherwise. The name changed in
    // 3.6, and a member only warns of one that it does not know.
    env: {
      ETCD_WATCH_PROGRESS_NOTIFY_INTERVAL: '200ms',
      ETCD_EXPERIMENTAL_WATCH_PROGRESS_NOTIFY_INTERVAL: '200ms',
      ...(compactionBatch !== undefined && {
        ETCD_COMPACTION_BATCH_LIMIT: String(compactionBatch),
        ETCD_EXPERIMENTAL_COMPACTION_BATCH_LIMIT: String(compactionBatch),
      }),
    },
    members: 3,
    url: client,
    peers: { each: '{{name}}=http://{{address}}', via: 'http-proxy' },
    ready: { tcp: true },
  };
}

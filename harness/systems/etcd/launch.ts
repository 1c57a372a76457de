/** How members of our own are started: on loopback only, their data in the run's folder. */
import type { LaunchPlan } from '../../core/launch-plan.ts';
import { goClock } from '../go-clock.ts';

/** What is told to members of our own, and to no others. */
export interface MemberFlags {
  /** A snapshot is taken every so many entries of the log. */
  readonly snapshotCount?: number | undefined;
  /** So many revisions are forgotten at a time, with a rest after each batch. */
  readonly compactionBatch?: number | undefined;
  /** So many entries of the log are kept for who lags; without a flag of that name before 3.5.23. */
  readonly catchUpEntries?: number | undefined;
  /** Without it they are quicker; what is killed loses nothing by it, only a machine without power does. */
  readonly fsync: 'yes' | 'no';
}

/**
 * A member's address is part of what the cluster is, so all must be told the same: they dial it
 * through their `HTTP_PROXY`, and links of members can be told apart.
 */
export function launchEtcd(flags: MemberFlags): LaunchPlan {
  const client = 'http://{{host}}:{{port}}';
  const config: Config = {
    name: '{{name}}',
    'data-dir': '{{data}}',
    'listen-client-urls': client,
    'advertise-client-urls': client,
    'listen-peer-urls': 'http://{{host}}:{{peerPort}}',
    'initial-advertise-peer-urls': 'http://{{address}}',
    'initial-cluster': '{{members}}',
    'initial-cluster-state': '{{entry}}',
    logger: 'zap',
    'log-level': 'error',
    ...(flags.snapshotCount !== undefined && { 'snapshot-count': flags.snapshotCount }),
    ...(flags.fsync === 'no' && { 'unsafe-no-fsync': true }),
  };
  const plan = {
    install: 'apt-get install etcd-server',
    members: 3,
    url: client,
    // Who is taken in later is refused unless it knows all members, and itself for one that is new.
    entry: { first: 'new', later: 'existing' },
    peers: { each: '{{name}}=http://{{address}}', via: 'http-proxy' },
    ready: { tcp: true },
    clock: goClock,
  } as const;
  if (flags.catchUpEntries !== undefined) return { ...plan, ...byFile(config, flags) };
  return { ...plan, command: ['etcd', ...wordsOf(config)], env: environmentOf(flags) };
}

type Config = Readonly<Record<string, string | number | boolean>>;

/** How often a quiet watch is told how far it has come; ten minutes otherwise. */
const progressMs = 200;

function wordsOf(config: Config): string[] {
  return Object.entries(config).map(([name, value]) => `--${name}=${value}`);
}

/** Names changed in 3.6, and a member only warns of one that it does not know. */
function environmentOf({ compactionBatch }: MemberFlags): Readonly<Record<string, string>> {
  const settings = {
    WATCH_PROGRESS_NOTIFY_INTERVAL: `${progressMs}ms`,
    ...(compactionBatch !== undefined && { COMPACTION_BATCH_LIMIT: String(compactionBatch) }),
  };
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) => [
      [`ETCD_${name}`, value],
      [`ETCD_EXPERIMENTAL_${name}`, value],
    ]),
  );
}

/** In its file a member may be told what has no flag; with one it heeds no flag and no environment. */
function byFile(
  config: Config,
  { catchUpEntries = 0, compactionBatch }: MemberFlags,
): Pick<LaunchPlan, 'command' | 'files'> {
  const settings: Config = {
    'watch-progress-notify-interval': progressMs * 1_000_000,
    'snapshot-catch-up-entries': catchUpEntries,
    ...(compactionBatch !== undefined && { 'compaction-batch-limit': compactionBatch }),
  };
  const all: Config = {
    ...config,
    'data-dir': '{{data}}/etcd',
    ...settings,
    ...Object.fromEntries(Object.entries(settings).map(([k, v]) => [`experimental-${k}`, v])),
    SnapshotCatchUpEntries: catchUpEntries,
  };
  // JSON is YAML as well.
  return {
    command: ['etcd', '--config-file={{data}}/etcd.json'],
    files: { 'etcd.json': JSON.stringify(all) },
  };
}

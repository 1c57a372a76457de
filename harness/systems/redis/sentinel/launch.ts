/**
 * Three boxes with a Redis and a Sentinel each, as in Sentinel's own documentation: a member that is killed,
 * stopped or paused takes its Sentinel with it.
 */
import type { LaunchPlan } from '../../../core/launch-plan.ts';

export interface SentinelLaunch {
  readonly persistence: 'always' | 'everysec' | 'none';
  readonly minReplicas: string;
}

/** As members of our own call their primary. */
export const usualGroup = 'antlion';

const redisConfig = (appendonly: string, appendfsync: string, minReplicas: string): string => `
port {{port}}
bind {{host}}
protected-mode no
dir {{data}}
save ""
appendonly ${appendonly}
appendfsync ${appendfsync}
repl-diskless-sync-delay 0
min-replicas-to-write ${minReplicas}
min-replicas-max-lag 1
`;

const sentinelConfig = `
port {{peerPort}}
bind {{host}}
protected-mode no
dir {{data}}
sentinel myid 000000000000000000000000000000000000000{{number}}
`;

/** Who is primary at first, and whom each Sentinel knows: by themselves they would take ten seconds to find out. */
const introduce = `
command -v redis-server >/dev/null || { echo "redis-server: not found" >&2; exit 127; }
cd "$1"
sentinel() { echo "sentinel $*" >>sentinel.conf; }
n=0
while read -r host port sentinel number id; do
  if [ $n = 0 ]; then
    sentinel monitor ${usualGroup} "$host" "$port" 2
    sentinel down-after-milliseconds ${usualGroup} 500
    sentinel failover-timeout ${usualGroup} 3000
    [ "$2" = 1 ] || echo "replicaof $host $port" >>redis.conf
  else
    sentinel known-replica ${usualGroup} "$host" "$port"
  fi
  [ "$number" = "$2" ] || sentinel known-sentinel ${usualGroup} "$host" "$sentinel" "$id"
  n=1
done <members
`;

/**
 * Sentinels tell each other of a failover every 500 ms, not every two seconds, and so take two seconds, not
 * eight, to make a replica of a primary that comes back: https://redis.io/docs/latest/commands/sentinel/, DEBUG.
 */
const run = `
redis-server "$1/sentinel.conf" --sentinel &
n=0
until redis-cli -h "$2" -p "$3" SENTINEL DEBUG PUBLISH-PERIOD 500 INFO-PERIOD 500 >/dev/null 2>&1; do
  n=$((n + 1))
  [ $n -gt 50 ] && break
  sleep 0.2
done &
exec redis-server "$1/redis.conf"
`;

export function launchSentinel({ persistence, minReplicas }: SentinelLaunch): LaunchPlan {
  const log = persistence === 'none' ? 'no' : 'yes';
  const sync = persistence === 'always' ? 'always' : 'everysec';
  return {
    command: ['sh', '-c', run, 'sh', '{{data}}', '{{host}}', '{{peerPort}}'],
    files: {
      'redis.conf': redisConfig(log, sync, minReplicas),
      'sentinel.conf': sentinelConfig,
      members: '{{members}}\n',
    },
    prepare: ['sh', '-euc', introduce, 'sh', '{{data}}', '{{number}}'],
    install: 'apt-get install redis-server',
    members: 3,
    url: 'redis://{{host}}:{{port}}?sentinel={{peerPort}}',
    peers: {
      each: '{{host}} {{port}} {{peerPort}} {{number}} 000000000000000000000000000000000000000{{number}}',
      separator: '\n',
      // All know each other by one address, and Redis dials through no proxy: cut off in namespaces alone.
      via: 'direct',
    },
    ready: { tcp: true },
    clock: {
      not: 'a shell starts its members with the Redis that is installed, and Debian’s does not start under libfaketime',
    },
  };
}

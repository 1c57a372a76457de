/**
 * A primary and a standby that follows it, and takes its place when it is gone. PostgreSQL leaves the last step to a
 * failover manager (https://www.postgresql.org/docs/current/warm-standby-failover.html), here a loop beside the server;
 * whoever comes back follows who is primary then.
 */
import type { LaunchPlan } from '../../core/launch-plan.ts';

const run = `
data=$1 number=$2 host=\${3% *} port=\${3#* }
shift 3
isPrimary() {
  [ "$(PGCONNECT_TIMEOUT=3 psql -h "$host" -p "$port" -U postgres -Atc 'SELECT pg_is_in_recovery()' 2>/dev/null)" = f ]
}
follow() {
  rm -rf "$data/db"
  pg_basebackup -h "$host" -p "$port" -U postgres -D "$data/db" -R -X stream -c fast
}
if isPrimary; then
  follow
elif [ "$number" != 1 ] && [ ! -e "$data/began" ]; then
  until isPrimary && follow; do sleep 0.2; done
fi
touch "$data/began"
{
  # Refused for a second: the other is gone. One that only takes long is not.
  misses=0
  while [ -e "$data/db/standby.signal" ] && [ $misses -lt 4 ]; do
    sleep 0.25
    if pg_isready -q -h "$host" -p "$port" -t 10; then misses=0; else misses=$((misses + 1)); fi
  done
  [ ! -e "$data/db/standby.signal" ] || pg_ctl promote -s -D "$data/db"
} &
exec "$@"
`;

/** The first alone has data of its own, and lets all in that reach it, the other one included. */
const layOut = `
data=$1 number=$2
shift 2
[ "$number" = 1 ] || exit 0
"$@" && printf 'host all all all trust\nhost replication all all trust\n' >>"$data/db/pg_hba.conf"
`;

/** Two of what is a plan of one: a shell, its flag, its script and its name come before the program. */
export function launchPair(
  plan: LaunchPlan,
  { isConfirmed }: { readonly isConfirmed: boolean },
): LaunchPlan {
  const behind = (words: readonly string[], ...own: readonly string[]): string[] => {
    return [...words.slice(0, 4), 'sh', '-c', ...own, ...words.slice(4)];
  };
  return {
    ...plan,
    // What is answered is on both disks.
    command: [
      ...behind(plan.command, run, 'sh', '{{data}}', '{{number}}', '{{peers}}'),
      ...['-c', `synchronous_standby_names=${isConfirmed ? '*' : ''}`],
    ],
    prepare: behind(plan.prepare ?? [], layOut, 'sh', '{{data}}', '{{number}}'),
    members: 2,
    peers: { each: '{{host}} {{port}}', via: 'direct' },
  };
}

/** How a PostgreSQL of our own is started: on loopback only, its data in the run's folder. */
import type { LaunchPlan } from '../../core/launch-plan.ts';
import type { Requirement } from '../define-system.ts';
import { launchPair } from './pair.ts';

/** Debian keeps its programs apart, by version. */
const path = 'PATH="$PATH:$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1)"';

/**
 * PostgreSQL refuses root, so it gets a namespace in which nobody is root; and one for what it shares by
 * number between processes, of which a killed server would leave a piece behind.
 */
const run = `
${path}
unshare --user --ipc true 2>/dev/null && exec unshare --user --ipc "$@"
exec "$@"
`;

export interface PostgresLaunch {
  readonly synchronousCommit: 'on' | 'off';
  readonly standby: 'off' | 'on';
  readonly locks: 'rows' | 'advisory';
}

export function launchPostgres(flags: PostgresLaunch): LaunchPlan {
  return flags.standby === 'on'
    ? launchPair(alone(flags), { isConfirmed: flags.locks === 'rows' })
    : alone(flags);
}

function alone({ synchronousCommit }: PostgresLaunch): LaunchPlan {
  const settings = {
    listen_addresses: '{{host}}',
    port: '{{port}}',
    unix_socket_directories: '',
    dynamic_shared_memory_type: 'mmap',
    synchronous_commit: synchronousCommit,
    max_connections: 200,
    // Two that wait for each other do so for this long: a second is as long as many an operation may take.
    deadlock_timeout: 100,
    // Of sessions whose client is gone, that would keep their rows from others.
    idle_in_transaction_session_timeout: 2_000,
  };
  const words = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const initdb = ['initdb', '-D', '{{data}}/db', '-U', 'postgres', '-A', 'trust', '-N'];
  return {
    command: ['sh', '-c', run, 'sh', 'postgres', '-D', '{{data}}/db', ...words],
    prepare: ['sh', '-c', run, 'sh', ...initdb, '-E', 'UTF8', '--locale=C'],
    install: 'apt-get install postgresql',
    members: 1,
    url: 'postgres://{{host}}:{{port}}',
    ready: { tcp: true },
    clock: { by: 'libfaketime' },
  };
}

export const postgresServer: Requirement = {
  program: 'sh',
  args: ['-c', `${path}; exec postgres --version`],
  otherwise: 'antlion verify postgres starts its own with it: apt-get install postgresql',
};

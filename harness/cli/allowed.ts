/** What a user allows to be done to members of his own cluster: `--allow-crash`, `--restart`. */
import { AllowedMembers } from '../attached/allowed-members.ts';
import type { AllowedMember } from '../attached/allowed-members.ts';
import { hostOf } from '../core/address.ts';
import { listenerOf } from '../attached/listener.ts';
import type { Journal } from '../cleanup/journal.ts';
import { identify } from '../cleanup/process-id.ts';
import type { ProcessId } from '../cleanup/process-id.ts';
import { HarnessError } from '../core/errors.ts';
import type { NodeId } from '../core/host.ts';
import type { AdapterForm, Endpoint } from '../core/system.ts';

export interface AllowedFlags {
  readonly allowCrash: readonly string[];
  readonly restart: readonly string[];
  readonly leaveDown: boolean;
}

/**
 * The members given as `name=pid`, with the command of each given as `name=command`. A pid that was
 * given away anew is another process: it is never signalled. Throws E_REFUSED_TARGET for a pid that is
 * no process, E_USAGE for a name that is no member's.
 */
export function allowedOf(
  endpoints: readonly Endpoint[],
  { allowCrash, restart }: AllowedFlags,
): ReadonlyMap<NodeId, AllowedMember> {
  const commands = new Map<NodeId, string>();
  for (const text of restart) {
    const [node, command] = memberOf('restart', text, endpoints, 'command');
    commands.set(node, command);
  }
  const members = new Map<NodeId, AllowedMember>();
  for (const text of allowCrash) {
    const [node, pid] = memberOf('allow-crash', text, endpoints, 'pid');
    members.set(node, { process: target(text, pid), restart: commands.get(node) ?? null });
  }
  const idle = [...commands.keys()].find((node) => !members.has(node));
  if (idle === undefined) return members;
  const name = endpoints[idle]?.name ?? '';
  throw new HarnessError(
    'E_USAGE',
    `restart names ${name}, which may not be killed, wanted a member of --allow-crash. Pass --allow-crash ${name}=PID.`,
  );
}

/**
 * Refuses beforehand what would leave members down: a plan with crashes needs a way back for each
 * member that may be killed, or the user's word. Throws E_REFUSED_TARGET.
 */
export function requireWayBack(
  endpoints: readonly Endpoint[],
  members: ReadonlyMap<NodeId, AllowedMember>,
  { leaveDown }: AllowedFlags,
): void {
  if (leaveDown) return;
  const lost = [...members].filter(([, m]) => m.restart === null);
  const names = lost.map(([node]) => endpoints[node]?.name ?? '');
  if (names.length === 0) return;
  throw new HarnessError(
    'E_REFUSED_TARGET',
    `the plan kills members, and nobody would start ${names.join(', ')} again. Pass --restart ${names[0]}='COMMAND' for each, or --leave-down to have at most a minority stay down.`,
  );
}

export function allowedAccess(options: {
  readonly endpoints: readonly Endpoint[];
  readonly members: ReadonlyMap<NodeId, AllowedMember>;
  readonly adapter: AdapterForm;
  readonly journal: Journal;
  readonly leaveDown: boolean;
}): AllowedMembers {
  const { endpoints, adapter } = options;
  const one = (node: NodeId): Endpoint => endpoints[node] as Endpoint;
  return new AllowedMembers({
    names: endpoints.map((e) => e.name),
    allowed: options.members,
    journal: options.journal,
    mayStayDown: options.leaveDown,
    async isUp(node) {
      try {
        await adapter.ready([one(node)]);
        return true;
      } catch {
        return false;
      }
    },
    find: (node) => listenerOf(Number(hostOf(one(node)).split(':').at(-1))),
  });
}

/** What will be done to whom, for people, before anything is done. */
export function warningOf(
  endpoints: readonly Endpoint[],
  members: ReadonlyMap<NodeId, AllowedMember>,
): string[] {
  const most = (endpoints.length - 1) >> 1;
  return [
    `antlion may kill (SIGKILL) and stop (SIGSTOP) these members, at most ${most} of ${endpoints.length} at once:`,
    ...[...members].map(([node, { process, restart }]) => {
      const back =
        restart === null ? 'stays down when it was killed' : `started again by: ${restart}`;
      return `  ${endpoints[node]?.name ?? ''}, process ${process.pid}, ${back}`;
    }),
  ];
}

function memberOf(
  flag: string,
  text: string,
  endpoints: readonly Endpoint[],
  what: 'pid' | 'command',
): readonly [NodeId, string] {
  const m = /^([A-Za-z0-9_.-]+)=(.+)$/s.exec(text);
  const node = endpoints.findIndex((e) => e.name === m?.[1]);
  const value = m?.[2] ?? '';
  if (node >= 0 && (what === 'command' || /^\d+$/.test(value))) return [node, value];
  throw new HarnessError(
    'E_USAGE',
    `${flag} is "${text}", wanted name=${what} with one of the names ${endpoints.map((e) => e.name).join(', ')}. Name endpoints with --endpoint n1=http://….`,
  );
}

/** Never this process, and never the first one of the system. */
function target(text: string, pidText: string): ProcessId {
  const pid = Number(pidText);
  const found = pid > 1 && pid !== process.pid ? identify(pid) : null;
  if (found !== null) return found;
  throw new HarnessError(
    'E_REFUSED_TARGET',
    `"${text}" names no running process that may be killed, wanted the pid of a member. Look it up: pgrep etcd.`,
  );
}

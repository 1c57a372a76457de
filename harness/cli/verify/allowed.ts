/** What a user allows to be done to members of his own cluster: `--allow-crash`, `--restart`. */
import { AllowedMembers } from '../../attached/allowed-members.ts';
import type { AllowedMember } from '../../attached/allowed-members.ts';
import { hostOf } from '../../core/address.ts';
import { listenerOf } from '../../attached/listener.ts';
import { fingerprintOf, namedProcess, thisMachine } from '../../attached/named-process.ts';
import type { Machine } from '../../attached/named-process.ts';
import type { Journal } from '../../cleanup/journal.ts';
import { HarnessError } from '../../core/errors.ts';
import type { NodeId } from '../../core/host.ts';
import type { AdapterForm, Endpoint } from '../../core/system.ts';

export interface AllowedFlags {
  readonly allowCrash: readonly string[];
  readonly restart: readonly string[];
  readonly leaveDown: boolean;
  readonly loseQuorum: boolean;
}

/**
 * The members given as `name=pid` (`namedProcess`), with the command of each given as `name=command`. A
 * pid that was given away anew is another process: it is never signalled. Throws E_REFUSED_TARGET for a
 * pid that is not that member's, or named for two; E_USAGE for a name that is no member's.
 */
export function allowedOf(
  endpoints: readonly Endpoint[],
  { allowCrash, restart }: Pick<AllowedFlags, 'allowCrash' | 'restart'>,
  machine: Machine = thisMachine,
): ReadonlyMap<NodeId, AllowedMember> {
  const commands = new Map<NodeId, string>();
  for (const text of restart) {
    const [node, command] = memberOf('restart', text, endpoints, 'command');
    commands.set(node, command);
  }
  const members = new Map<NodeId, AllowedMember>();
  for (const text of allowCrash) {
    const [node, pid] = memberOf('allow-crash', text, endpoints, 'pid');
    const process = namedProcess(endpoints[node] as Endpoint, pid, machine);
    const twin = [...members].find(([other, m]) => other !== node && m.process.pid === process.pid);
    if (twin !== undefined) throw sameProcess(endpoints, twin[0], node, process.pid);
    members.set(node, { process, restart: commands.get(node) ?? null });
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
  { leaveDown }: Pick<AllowedFlags, 'leaveDown'>,
): void {
  if (leaveDown) return;
  const lost = [...members].filter(([, m]) => m.restart === null);
  const names = lost.map(([node]) => endpoints[node]?.name ?? '');
  if (names.length === 0) return;
  throw new HarnessError(
    'E_REFUSED_TARGET',
    `the plan kills members, and nobody would start ${names.join(', ')} again. Pass --restart ${names[0]}='COMMAND' for each, or --leave-down to have them stay down.`,
  );
}

export function allowedAccess(options: {
  readonly endpoints: readonly Endpoint[];
  readonly members: ReadonlyMap<NodeId, AllowedMember>;
  readonly adapter: AdapterForm;
  readonly journal: Journal;
  readonly leaveDown: boolean;
  readonly loseQuorum: boolean;
}): AllowedMembers {
  const { endpoints, adapter } = options;
  const one = (node: NodeId): Endpoint => endpoints[node] as Endpoint;
  return new AllowedMembers({
    names: endpoints.map((e) => e.name),
    allowed: options.members,
    journal: options.journal,
    mayStayDown: options.leaveDown,
    mayLoseQuorum: options.loseQuorum,
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
  { loseQuorum }: Pick<AllowedFlags, 'loseQuorum'>,
): string[] {
  const most = loseQuorum ? members.size : (endpoints.length - 1) >> 1;
  return [
    `antlion may kill (SIGKILL) and stop (SIGSTOP) these members, at most ${most} of ${endpoints.length} at once:`,
    ...[...members].map(([node, { process, restart }]) => {
      const back =
        restart === null ? 'stays down when it was killed' : `started again by: ${restart}`;
      return `  ${endpoints[node]?.name ?? ''}, process ${process.pid}@${fingerprintOf(process, thisMachine)}, ${back}`;
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
  if (node >= 0 && (what === 'command' || /^\d+(@[0-9a-f]{8})?$/.test(value))) return [node, value];
  throw new HarnessError(
    'E_USAGE',
    `${flag} is "${text}", wanted name=${what} with one of the names ${endpoints.map((e) => e.name).join(', ')}. Name endpoints with --endpoint n1=http://….`,
  );
}

/** One that is killed for one of them is killed for both: nobody could count who is up. */
function sameProcess(
  endpoints: readonly Endpoint[],
  a: NodeId,
  b: NodeId,
  pid: number,
): HarnessError {
  const [one, other] = [a, b].map((node) => endpoints[node]?.name ?? '');
  return new HarnessError(
    'E_REFUSED_TARGET',
    `process ${pid} is named for ${one} and for ${other}, wanted one for each member. Correct one of them.`,
  );
}

/** Hands on the members of a foreign system: only those started by us or allowed by name. */
import { identify, signalProcess } from '../cleanup/process-id.ts';
import type { ProcessId } from '../cleanup/process-id.ts';
import type { Journal } from '../cleanup/journal.ts';
import { HarnessError } from '../core/errors.ts';
import type { NodeId } from '../core/host.ts';
import type { Endpoint } from '../core/system.ts';
import type { MemberHands } from '../attached/deployment.ts';
import type { LocalEtcd } from '../systems/etcd/launch.ts';

/** A cluster that we started may be crashed, restarted and paused. */
export function localHands(cluster: LocalEtcd): MemberHands {
  return {
    faults: ['crash', 'pause'],
    isAllowed: () => true,
    crash: (node) => cluster.crash(node),
    restart: (node) => cluster.restart(node).then(() => true),
    pause: (node) => Promise.resolve(cluster.pause(node)),
    resume: (node) => Promise.resolve(cluster.resume(node)),
  };
}

/**
 * The processes of members given as `name=pid`. A pid that was given away anew is another process:
 * it is never signalled. Throws E_REFUSED_TARGET for a pid that is no process.
 */
export function allowedPids(
  endpoints: readonly Endpoint[],
  allowed: readonly string[],
): ReadonlyMap<NodeId, ProcessId> {
  const members = new Map<NodeId, ProcessId>();
  for (const text of allowed) {
    const m = /^([A-Za-z0-9_.-]+)=(\d+)$/.exec(text);
    const node = endpoints.findIndex((e) => e.name === m?.[1]);
    if (m === null || node < 0) throw notAMember(text, endpoints);
    members.set(node, target(text, Number(m[2])));
  }
  return members;
}

/** SIGKILL and SIGSTOP reach these members; starting one again is its owner's business. */
export function allowedHands(
  members: ReadonlyMap<NodeId, ProcessId>,
  journal: Journal,
): MemberHands {
  const stopped = new Map<NodeId, number>();
  const signal = (node: NodeId, name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void> => {
    const process = members.get(node);
    if (process !== undefined) signalProcess(process, name);
    return Promise.resolve();
  };
  return {
    faults: ['crash', 'pause'],
    isAllowed: (node) => members.has(node),
    crash: (node) => signal(node, 'SIGKILL'),
    restart: () => Promise.resolve(false),
    pause(node) {
      const process = members.get(node);
      // Written down first: a member that nobody lets go on would stand still for good.
      if (process !== undefined) stopped.set(node, journal.begin({ kind: 'resume', process }));
      return signal(node, 'SIGSTOP');
    },
    async resume(node) {
      await signal(node, 'SIGCONT');
      const entry = stopped.get(node);
      if (entry !== undefined) journal.done(entry);
    },
  };
}

/** Never this process, and never the first one of the system. */
function target(text: string, pid: number): ProcessId {
  const found = pid > 1 && pid !== process.pid ? identify(pid) : null;
  if (found !== null) return found;
  throw new HarnessError(
    'E_REFUSED_TARGET',
    `"${text}" names no running process that may be killed, wanted the pid of a member. Look it up: pgrep etcd.`,
  );
}

function notAMember(text: string, endpoints: readonly Endpoint[]): HarnessError {
  return new HarnessError(
    'E_USAGE',
    `allow-crash is "${text}", wanted name=pid with one of the names ${endpoints.map((e) => e.name).join(', ')}. Name endpoints with --endpoint n1=http://….`,
  );
}

/** Hands on the members of a foreign system: only those started by us or allowed by name. */
import { readFileSync } from 'node:fs';
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
    restart: (node) => cluster.restart(node),
    pause: (node) => Promise.resolve(cluster.pause(node)),
    resume: (node) => Promise.resolve(cluster.resume(node)),
  };
}

/**
 * Members given as `name=pid`: SIGKILL and SIGSTOP reach them, starting again is the owner's
 * business. Null when none was given. Throws E_REFUSED_TARGET for a pid that is no process.
 */
export function allowedPids(
  endpoints: readonly Endpoint[],
  allowed: readonly string[],
): MemberHands | null {
  if (allowed.length === 0) return null;
  const pids = new Map<NodeId, Target>();
  for (const text of allowed) {
    const m = /^([A-Za-z0-9_.-]+)=(\d+)$/.exec(text);
    const node = endpoints.findIndex((e) => e.name === m?.[1]);
    if (m === null || node < 0) throw notAMember(text, endpoints);
    pids.set(node, target(text, Number(m[2])));
  }
  const signal = (node: NodeId, name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void> => {
    const t = pids.get(node);
    if (t !== undefined && startTime(t.pid) === t.startTime) process.kill(t.pid, name);
    return Promise.resolve();
  };
  return {
    faults: ['crash', 'pause'],
    isAllowed: (node) => pids.has(node),
    crash: (node) => signal(node, 'SIGKILL'),
    restart: () => Promise.resolve(),
    pause: (node) => signal(node, 'SIGSTOP'),
    resume: (node) => signal(node, 'SIGCONT'),
  };
}

interface Target {
  readonly pid: number;
  /** A pid that was given away anew is another process: it is never signalled. */
  readonly startTime: string;
}

function target(text: string, pid: number): Target {
  const time = pid > 1 ? startTime(pid) : null;
  if (time !== null) return { pid, startTime: time };
  throw new HarnessError(
    'E_REFUSED_TARGET',
    `"${text}" names no running process, wanted the pid of a member. Look it up: pgrep etcd.`,
  );
}

/** Field 22 of /proc/PID/stat: clock ticks since boot at which it started; null: no such process. */
function startTime(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function notAMember(text: string, endpoints: readonly Endpoint[]): HarnessError {
  return new HarnessError(
    'E_USAGE',
    `allow-crash is "${text}", wanted name=pid with one of the names ${endpoints.map((e) => e.name).join(', ')}. Name endpoints with --endpoint n1=http://….`,
  );
}

/**
 * Session guarantees where the system numbers its versions: O(n log n).
 *
 * A session's floor is the newest version that it has read or written. Nothing it does later may show
 * or make an older one. Absence has no version of its own: a read that finds nothing is explained by a
 * delete newer than the floor, if there is one, and is a step back otherwise.
 */
import { isCompleted, type Op } from '../operations.ts';
import { moment, nameOp } from '../words.ts';
import { KnownVersions } from './known-versions.ts';
import type { Positions } from './replay/versions.ts';
import type { Guarantee, SessionFault, Touch } from './touch.ts';

/**
 * `key`: each key by itself. `store`: versions of all keys are one order and a session sees a prefix
 * of it that only grows, as from servers that apply one log.
 */
export type SessionScope = 'key' | 'store';

export type VersionsResult =
  { readonly fault: SessionFault } | { readonly fault: null; readonly positions: Positions };

/** Within what a session may not go back. */
export function partOf({ key }: Op, scope: SessionScope): string {
  return scope === 'key' ? key : '';
}

/** `touches` in order of their returns; those without a version, absences excepted, are not looked at. */
export function judgeVersions(touches: readonly Touch[], scope: SessionScope): VersionsResult {
  const keys = new Map<string, KnownVersions>();
  const called = [...touches].sort((a, b) => a.op.call - b.op.call);
  let next = 0;
  const floors = new Map<number, Map<string, Floor>>();
  const positions = new Map<Op, number>();
  for (const t of touches) {
    if (!isCompleted(t.op)) continue;
    for (; ; next++) {
      const other = called[next];
      if (other === undefined || other.op.call > t.op.ret) break;
      keyOf(keys, other).add(other);
    }
    const key = keyOf(keys, t);
    const floor = floorOf(floors, t.op.process, partOf(t.op, scope));
    if (t.version !== null) {
      const fault = step(t, t.version, floor, key);
      if (fault !== null) return { fault };
      raise(floor, t, t.version);
    } else if (t.isRead && t.isAbsent) {
      const fault = absence(t, floor, key);
      if (fault !== null) return { fault };
      raise(floor, t, key.absenceAfter(newest(floor)));
    } else continue;
    positions.set(t.op, newest(floor));
  }
  return { fault: null, positions };
}

function keyOf(keys: Map<string, KnownVersions>, { op }: Touch): KnownVersions {
  const key = keys.get(op.key) ?? new KnownVersions();
  keys.set(op.key, key);
  return key;
}

/** The newest version that a session has read, and the newest that it has written. */
interface Floor {
  read: Seen | null;
  written: Seen | null;
}

interface Seen {
  readonly version: number;
  readonly op: Op;
}

function floorOf(floors: Map<number, Map<string, Floor>>, process: number, part: string): Floor {
  const own = floors.get(process) ?? new Map<string, Floor>();
  floors.set(process, own);
  const floor = own.get(part) ?? { read: null, written: null };
  own.set(part, floor);
  return floor;
}

function newest({ read, written }: Floor): number {
  return Math.max(read?.version ?? -1, written?.version ?? -1);
}

function newestFirst({ read, written }: Floor): Seen[] {
  const both =
    (read?.version ?? -1) >= (written?.version ?? -1) ? [read, written] : [written, read];
  return both.filter((s) => s !== null);
}

function raise(floor: Floor, t: Touch, version: number): void {
  const side = t.isRead ? 'read' : 'written';
  if (version > (floor[side]?.version ?? -1)) floor[side] = { version, op: t.op };
}

function step(t: Touch, version: number, floor: Floor, key: KnownVersions): SessionFault | null {
  for (const seen of newestFirst(floor)) {
    // Of another key's version one can only tell whether this key has one in between.
    const missed = t.isRead ? key.upTo(seen.version) : seen;
    if (missed === null || missed.version <= version) continue;
    return explain(t, floor, seen, missed, `has version ${version}, which is older`);
  }
  return null;
}

function absence(t: Touch, floor: Floor, key: KnownVersions): SessionFault | null {
  const [seen] = newestFirst(floor);
  if (seen === undefined || key.mayBeAbsentAfter(seen.version)) return null;
  const missed = key.upTo(seen.version);
  if (missed === null) return null;
  return explain(t, floor, seen, missed, 'found nothing, which nobody had deleted since');
}

function explain(t: Touch, floor: Floor, seen: Seen, missed: Seen, how: string): SessionFault {
  const { op } = t;
  const guarantee = guaranteeOf(t, seen, floor);
  const isOther = missed.version !== seen.version;
  const called = `was called later in that session, ${moment(op.callUs, op.call)}`;
  return {
    guarantee,
    ops: isOther ? [seen.op, missed.op, op] : [seen.op, op],
    sentences: [
      `${nameOp(seen.op)} returned ${moment(seen.op.retUs, seen.op.ret)} and has version ${seen.version}.`,
      ...(isOther ? [`${nameOp(missed.op)} has version ${missed.version}.`] : []),
      `${nameOp(op)} ${called}, and ${how}: this breaks ${guarantee}.`,
    ],
  };
}

function guaranteeOf(t: Touch, seen: Seen, floor: Floor): Guarantee {
  if (seen === floor.read) return t.isRead ? 'monotonic reads' : 'writes follow reads';
  return t.isRead ? 'read your writes' : 'monotonic writes';
}

/** The independent judge of sessions by versions: follows each from position to position. */
import { firstWhere } from '../../bisect.ts';
import { isCompleted, type Op } from '../../operations.ts';
import type { Touch } from '../touch.ts';

/**
 * By operation: after which version in the order of all versions its session stood when it returned; -1:
 * before the first.
 */
export type Positions = ReadonlyMap<Op, number>;

/**
 * Null when no session goes back from one of its operations to the next (`partOf` an operation: within
 * what), and each shows what its key was at its position, as far as it is known from whoever had been
 * called by then. Otherwise what is wrong. `touches` in order of their returns.
 */
export function refutePositions(
  touches: readonly Touch[],
  positions: Positions,
  partOf: (op: Op) => string,
): string | null {
  const keys = keysOf(touches);
  const last = new Map<string, number>();
  for (const t of touches) {
    const { op } = t;
    if (!isCompleted(op) || (t.version === null && !(t.isRead && t.isAbsent))) continue;
    const at = positions.get(op);
    if (at === undefined) return `operation ${op.id} is missing`;
    const session = `${op.process} ${partOf(op)}`;
    if (at < (last.get(session) ?? -1)) return `operation ${op.id} goes back`;
    last.set(session, at);
    const isShown = t.isRead ? shows(keys.get(op.key), t, at) : at === t.version;
    if (!isShown) return `operation ${op.id} shows something else than its position`;
  }
  return null;
}

interface Key {
  /** Ascending: each version, by the first call that shows it. */
  readonly versions: readonly Version[];
  /** The first call of a delete without a version; Infinity: none. */
  readonly lostDelete: number;
}

interface Version {
  readonly version: number;
  readonly call: number;
  readonly isAbsent: boolean;
}

function shows(key: Key | undefined, t: Touch, at: number): boolean {
  const { versions = [], lostDelete = Infinity } = key ?? {};
  let i = firstWhere(versions.length, (v) => (versions[v] as Version).version > at) - 1;
  // What was called after the answer cannot be the reason for it; few versions are.
  while (i >= 0 && (versions[i] as Version).call > t.op.ret) i -= 1;
  const seen = versions[i];
  if (t.version !== null) return seen?.version === t.version;
  return seen === undefined || seen.isAbsent || lostDelete <= t.op.ret;
}

function keysOf(touches: readonly Touch[]): ReadonlyMap<string, Key> {
  const own = new Map<string, Touch[]>();
  for (const t of [...touches].sort((a, b) => a.op.call - b.op.call)) {
    const list = own.get(t.op.key);
    if (list === undefined) own.set(t.op.key, [t]);
    else list.push(t);
  }
  return new Map([...own].map(([key, list]) => [key, keyOf(list)]));
}

function keyOf(touches: readonly Touch[]): Key {
  const versions = new Map<number, Version>();
  let lostDelete = Infinity;
  for (const { op, version, isRead, isAbsent } of touches) {
    if (version === null) {
      if (isAbsent && !isRead) lostDelete = Math.min(lostDelete, op.call);
    } else if (!versions.has(version)) versions.set(version, { version, call: op.call, isAbsent });
  }
  return { versions: [...versions.values()].sort((a, b) => a.version - b.version), lostDelete };
}

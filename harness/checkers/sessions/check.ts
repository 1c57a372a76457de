/**
 * Session guarantees (Terry et al., 1994): monotonic reads, monotonic writes, read your writes, writes
 * follow reads. A session is one process. Pure; O(n log n).
 *
 * Each key is judged by itself, unless all keys are numbered in one order and that is asked for. Keys
 * whose operations carry versions are judged by them, others by their values; see there for what can
 * be told. Reads of what nobody wrote are another promise's matter.
 */
import { assert } from '../../core/assert.ts';
import type { Json } from '../../core/host.ts';
import type { Judged } from '../judged.ts';
import { isCompleted, type Op } from '../operations.ts';
import { refuteValues } from './replay/values.ts';
import { type Positions, refutePositions } from './replay/versions.ts';
import { type SessionFault, type Touch, touchOf } from './touch.ts';
import { judgeValues } from './values.ts';
import { judgeVersions, partOf, type SessionScope } from './versions.ts';

export interface SessionOrders {
  readonly kind: 'session-orders';
  readonly positions: Positions;
  /** By key, of those without versions: its values from older to newer. */
  readonly orders: ReadonlyMap<string, readonly Json[]>;
}

export interface SessionsOptions {
  /** What a key holds before anything was written; null by default. */
  readonly initial?: Json;
  /** `key` by default. */
  readonly scope?: SessionScope;
}

export type SessionsResult = Judged<
  {
    readonly sessions: number;
    /** That completed. */
    readonly operations: number;
    readonly certificate: SessionOrders;
  },
  SessionFault
>;

/** Throws E_HISTORY for an operation that is none on a key. */
export function checkSessions(ops: readonly Op[], options: SessionsOptions = {}): SessionsResult {
  const touches = ops.map((op) => touchOf(op, options.initial ?? null));
  const returned = [...touches].sort((a, b) => a.op.ret - b.op.ret);
  const scope = options.scope ?? 'key';
  const versions = judgeVersions(returned, scope);
  if (versions.fault !== null) return { kind: 'violated', fault: versions.fault };
  const { positions } = versions;
  const orders = new Map<string, readonly Json[]>();
  let reason: string | null = null;
  for (const [key, own] of byKey(touches)) {
    const told = toldShare(own);
    if (told === 'all') continue;
    if (told === 'some') {
      reason ??= `some operations on ${key || 'the object'} have a version and some have none`;
      continue;
    }
    const { fault, doubt, order } = judgeValues(own);
    if (fault !== null) return { kind: 'violated', fault };
    orders.set(key, order);
    if (doubt === null) prove(refuteValues(own, order));
    else {
      reason ??= `${doubt} to ${key || 'the object'}: without versions nobody can tell which of them a read saw`;
    }
  }
  if (reason !== null) return { kind: 'unknown', reason };
  const completed = ops.filter(isCompleted);
  if (completed.length === 0) return { kind: 'unknown', reason: 'no operation completed' };
  const sessions = new Set(completed.map((op) => op.process)).size;
  prove(refutePositions(returned, positions, (op) => partOf(op, scope)));
  const certificate: SessionOrders = { kind: 'session-orders', positions, orders };
  return { kind: 'holds', sessions, operations: completed.length, certificate };
}

function prove(fault: string | null): void {
  assert(fault === null, 'what sessions saw replays', { fault });
}

function byKey(touches: readonly Touch[]): ReadonlyMap<string, Touch[]> {
  const keys = new Map<string, Touch[]>();
  for (const t of touches) {
    const own = keys.get(t.op.key);
    if (own === undefined) keys.set(t.op.key, [t]);
    else own.push(t);
  }
  return keys;
}

/** Do the completed operations carry versions, reads and deletes that found nothing left aside? */
function toldShare(touches: readonly Touch[]): 'all' | 'some' | 'none' {
  let [told, untold] = [0, 0];
  for (const t of touches) {
    if (!isCompleted(t.op) || (t.isAbsent && t.version === null)) continue;
    if (t.version === null) untold += 1;
    else told += 1;
  }
  if (untold === 0 && told > 0) return 'all';
  return told === 0 ? 'none' : 'some';
}

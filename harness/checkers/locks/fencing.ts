/**
 * Fencing tokens (Kleppmann, "How to do distributed locking", 2016), O(n log n).
 *
 * - Tokens of one lock grow from holder to holder: no two processes get the same one, and a grant that
 *   was asked for after another had returned has no smaller one.
 * - An object takes nothing with a token after it has taken something with a newer one, in the order
 *   that real time gives, and in that of the object's versions where the operations carry them: so a
 *   write is caught that was sent early and came late.
 */
import { assert } from '../../core/assert.ts';
import type { Judged } from '../judged.ts';
import { isCompleted, type Op } from '../operations.ts';
import { moment, nameOp } from '../words.ts';
import type { LockFault } from './exclusion.ts';
import { grantOf, lockIn, tokenIn } from './lock-operations.ts';
import { refuteTokens, type TokenOrders } from './replay/fencing.ts';

/** `checked`: operations with a token. */
export type FencingResult = Judged<
  { readonly checked: number; readonly certificate: TokenOrders },
  LockFault
>;

/** Operations of unknown fate are not looked at: nobody knows whether they were taken. */
export function checkFencing(ops: readonly Op[]): FencingResult {
  const grants = new Map<string, Fenced[]>();
  const taken = new Map<string, Fenced[]>();
  for (const op of ops) {
    const grant = grantOf(op);
    if (grant !== null) add(grants, op.key, op, grant.token);
    else if (isCompleted(op) && op.f !== 'release' && op.f !== 'acquire') {
      add(taken, `${op.key} ${lockIn(op)}`, op, tokenIn(op));
    }
  }
  for (const own of grants.values()) {
    const fault = repeated(own) ?? fellInTime(own, grantWords);
    if (fault !== null) return { kind: 'violated', fault };
  }
  for (const own of taken.values()) {
    const fault = fellInTime(own, takenWords) ?? fellInVersions(own);
    if (fault !== null) return { kind: 'violated', fault };
  }
  const [granted, protectedOps] = [count(grants), count(taken)];
  if (granted + protectedOps === 0) {
    return { kind: 'unknown', reason: 'no operation that succeeded has a token' };
  }
  const orders = { grants: byToken(grants), taken: byToken(taken) };
  const certificate: TokenOrders = { kind: 'token-orders', ...orders };
  const fault = refuteTokens(ops, certificate);
  assert(fault === null, 'an order of tokens replays', { fault });
  return { kind: 'holds', checked: granted + protectedOps, certificate };
}

function byToken(of: ReadonlyMap<string, readonly Fenced[]>): Map<string, Op[]> {
  const sorted = (own: readonly Fenced[]): Op[] =>
    [...own].sort((a, b) => a.token - b.token).map((f) => f.op);
  return new Map([...of].map(([name, own]) => [name, sorted(own)]));
}

interface Fenced {
  readonly op: Op;
  readonly token: number;
}

function add(to: Map<string, Fenced[]>, name: string, op: Op, token: number | null): void {
  if (token === null) return;
  const own = to.get(name);
  if (own === undefined) to.set(name, [{ op, token }]);
  else own.push({ op, token });
}

function count(of: ReadonlyMap<string, readonly Fenced[]>): number {
  return [...of.values()].reduce((n, own) => n + own.length, 0);
}

function repeated(grants: readonly Fenced[]): LockFault | null {
  const seen = new Map<number, Op>();
  for (const { op, token } of grants) {
    const first = seen.get(token);
    // A lock that can be entered again gives its holder the same token again.
    if (first !== undefined && first.process !== op.process) {
      return fault(first, op, `${nameOp(op)} got the same token.`);
    }
    seen.set(token, op);
  }
  return null;
}

/** In order of their calls, each against the largest token that had returned before it was called. */
function fellInTime(all: readonly Fenced[], words: (op: Op) => string): LockFault | null {
  const called = [...all].sort((a, b) => a.op.call - b.op.call);
  const returned = [...all].sort((a, b) => a.op.ret - b.op.ret);
  let largest: Fenced | null = null;
  let next = 0;
  for (const f of called) {
    for (;;) {
      const before = returned[next];
      if (before === undefined || before.op.ret >= f.op.call) break;
      if (largest === null || before.token > largest.token) largest = before;
      next += 1;
    }
    if (largest !== null && f.token < largest.token) return fault(largest.op, f.op, words(f.op));
  }
  return null;
}

function fellInVersions(all: readonly Fenced[]): LockFault | null {
  const numbered = all.filter((f) => f.op.version !== undefined);
  numbered.sort((a, b) => versionOf(a) - versionOf(b));
  /** Among those of older versions, and among those of this version. */
  let largest: Fenced | null = null;
  let own: Fenced | null = null;
  for (const f of numbered) {
    if (own !== null && versionOf(own) < versionOf(f)) {
      largest = largest === null || own.token > largest.token ? own : largest;
      own = null;
    }
    if (largest !== null && f.token < largest.token) {
      const late = `${nameOp(f.op)}, with the older token, became version ${versionOf(f)} after that, though it was called ${moment(f.op.callUs, f.op.call)}.`;
      return fault(largest.op, f.op, late);
    }
    if (own === null || f.token > own.token) own = f;
  }
  return null;
}

function versionOf({ op }: Fenced): number {
  return op.version ?? 0;
}

function fault(first: Op, second: Op, what: string): LockFault {
  const version = first.version === undefined ? '' : ` as version ${first.version}`;
  const done = `${nameOp(first)} returned ${moment(first.retUs, first.ret)}${version}.`;
  return { ops: [first, second], sentences: [done, what] };
}

function grantWords(op: Op): string {
  return `${nameOp(op)} was called after that, ${moment(op.callUs, op.call)}, and got an older token.`;
}

function takenWords(op: Op): string {
  return `${nameOp(op)} was called after that, ${moment(op.callUs, op.call)}, and was accepted with an older token.`;
}

/**
 * The definitions of levels by what transactions see, tried out: every order in which they may have
 * committed, and everything that each may have seen (Cerone, Bernardi & Gotsman, 2015).
 */
import { never, type Op } from '../../harness/checkers/operations.ts';
import type { Json } from '../../harness/core/host.ts';

export type Micro = readonly ['r' | 'append' | 'w', Json, Json];

export type VisibilityLevel =
  'parallel-snapshot-isolation' | 'prefix' | 'session-causal' | 'causal' | 'read-atomic';

/** By place in the order: the places of those it sees, as bits. */
type Sees = readonly number[];

export function hasVisibility(ops: readonly Op[], level: VisibilityLevel): boolean {
  const lost = ops.filter((op) => op.ret === never);
  return subsets(lost).some((left) => {
    const happened = ops.filter((op) => !left.includes(op));
    return permutations(happened).some((order) => isAllowed(order, level));
  });
}

function isAllowed(order: readonly Op[], level: VisibilityLevel): boolean {
  return choices(order, 0, [], level);
}

/** Chooses what each sees, one after another. */
function choices(order: readonly Op[], at: number, sees: Sees, level: VisibilityLevel): boolean {
  if (at === order.length) return true;
  for (let seen = 0; seen < 1 << at; seen++) {
    if (!isClosed(order, at, seen, sees, level)) continue;
    if (!readsRight(order, at, seen)) continue;
    if (choices(order, at + 1, [...sees, seen], level)) return true;
  }
  return false;
}

function isClosed(
  order: readonly Op[],
  at: number,
  seen: number,
  sees: Sees,
  level: VisibilityLevel,
): boolean {
  const own = order[at] as Op;
  for (let i = 0; i < at; i++) {
    const has = (seen & (1 << i)) !== 0;
    const other = order[i] as Op;
    if (has && level !== 'read-atomic' && ((sees[i] as number) & ~seen) !== 0) return false;
    // Whoever is seen is seen with all that committed before.
    if (has && level === 'prefix' && ((1 << i) - 1) & ~seen) return false;
    if (!has && level === 'session-causal' && isBefore(other, own)) return false;
    const isShared = keysOf(other).some((k) => keysOf(own).includes(k));
    if (!has && level === 'parallel-snapshot-isolation' && isShared) return false;
  }
  // A session holds for those too that come later in it, but earlier in the order.
  return level !== 'session-causal' || !order.slice(0, at).some((other) => isBefore(own, other));
}

function isBefore(a: Op, b: Op): boolean {
  return a.ret !== never && a.process === b.process && a.call < b.call;
}

function readsRight(order: readonly Op[], at: number, seen: number): boolean {
  const own = order[at] as Op;
  if (own.ret === never) return true;
  const state = new Map<string, Json[]>();
  for (const [f, k, v] of microsOf(own)) {
    const key = JSON.stringify(k);
    const now = state.get(key) ?? snapshot(order, at, seen, key);
    state.set(key, now);
    if (f !== 'r') now.push(v);
    else if (JSON.stringify(v) !== JSON.stringify(Array.isArray(v) ? now : (now.at(-1) ?? null)))
      return false;
  }
  return true;
}

/** The version of the last writer that is seen: all that was written in the order up to it. */
function snapshot(order: readonly Op[], at: number, seen: number, key: string): Json[] {
  let last = -1;
  for (let i = 0; i < at; i++) {
    if ((seen & (1 << i)) !== 0 && keysOf(order[i] as Op).includes(key)) last = i;
  }
  return order
    .slice(0, last + 1)
    .flatMap((op) =>
      microsOf(op).flatMap(([f, k, v]) => (f !== 'r' && JSON.stringify(k) === key ? [v] : [])),
    );
}

function keysOf(op: Op): string[] {
  return microsOf(op).flatMap(([f, k]) => (f === 'r' ? [] : [JSON.stringify(k)]));
}

function microsOf(op: Op): readonly Micro[] {
  return (op.output ?? op.input) as unknown as Micro[];
}

function subsets<T>(items: readonly T[]): readonly (readonly T[])[] {
  const [first, ...rest] = items;
  if (first === undefined) return [[]];
  const others = subsets(rest);
  return [...others, ...others.map((s) => [first, ...s])];
}

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, i) =>
    permutations([...items.slice(0, i), ...items.slice(i + 1)]).map((rest) => [item, ...rest]),
  );
}

/**
 * The obvious twin of the check of transactions: tries every order of a few transactions at every level,
 * and random histories of a database that forgets to isolate now and then.
 */
import { never, type Op } from '../../harness/checkers/operations.ts';
import type { Level } from '../../harness/checkers/transactions/levels.ts';
import type { TxnKind } from '../../harness/checkers/transactions/table/table.ts';
import type { Json } from '../../harness/core/host.ts';
import type { Prng } from '../../harness/core/prng.ts';
import { hasVisibility, type Micro } from './visibility-twin.ts';

/** What was read is kept in `output` alone; without a return nobody knows it. */
export function txn(
  id: number,
  micros: readonly Micro[],
  at: { call: number; ret: number; process?: number },
): Op {
  const { call, ret, process = id } = at;
  const output = ret === never ? null : micros;
  const input = micros.map(([f, k, v]) => [f, k, f === 'r' ? null : v]);
  return { id, process, f: 'txn', key: '', input, output, call, ret, callUs: call, retUs: ret };
}

export interface RandomTxns {
  readonly happened: readonly Op[];
  readonly failed: readonly Op[];
}

/**
 * Up to `most` transactions of three clients. In some histories reads see an older state, or nonsense, and
 * what failed leaves traces.
 */
export function randomTxns(draw: Prng, kind: TxnKind, most: number): RandomTxns {
  const write = kind === 'list-append' ? 'append' : 'w';
  const states: Record<string, Json[]>[] = [{ x: [], y: [] }];
  const n = draw.between(2, most);
  const staleness = draw.pick([0, 150, 400, 800]);
  const nonsense = draw.pick([0, 0, 0, 100]);
  const lastReturn = [0, 0, 0];
  let next = 1;
  const ops: Op[] = [];
  const failed = new Set<number>();
  for (let i = 0; i < n; i++) {
    const now = states.at(-1) as Record<string, Json[]>;
    const old = draw.chance(staleness) ? (states[draw.below(states.length)] as typeof now) : now;
    const view = { x: [...(old['x'] ?? [])], y: [...(old['y'] ?? [])] };
    const after = { x: [...(now['x'] ?? [])], y: [...(now['y'] ?? [])] };
    const micros: Micro[] = [];
    for (let m = draw.between(1, 3); m > 0; m--) {
      const key = draw.pick(['x', 'y'] as const);
      if (draw.chance(500)) {
        view[key].push(next);
        after[key].push(next);
        micros.push([write, key, next++]);
      } else {
        const seen = draw.chance(nonsense) ? shuffled(view[key], draw) : [...view[key]];
        micros.push(['r', key, kind === 'list-append' ? seen : (seen.at(-1) ?? null)]);
      }
    }
    const isFailed = draw.chance(50);
    if (!isFailed || draw.chance(nonsense)) states.push(after);
    const process = draw.below(3);
    const moment = (i + 1) * 20;
    const call = Math.max((lastReturn[process] as number) + 1, moment - draw.below(50));
    const ret = Math.max(call + 1, moment + draw.below(50));
    lastReturn[process] = ret;
    const isLost = !isFailed && draw.chance(100);
    const at = { call: call * 10 + i, ret: isLost ? never : ret * 10 + i + 5, process };
    const op = txn(i, micros, at);
    if (isFailed) failed.add(op.id);
    ops.push(op);
  }
  const placed = inOrder(ops);
  return {
    happened: placed.filter((op) => !failed.has(op.txn)).map((op) => op.op),
    failed: placed.filter((op) => failed.has(op.txn)).map((op) => op.op),
  };
}

/** Transactions of lists that are not isolated at all: each micro-operation sees what there is. */
export function interleavedTxns(draw: Prng, most: number): RandomTxns {
  const state: Readonly<Record<'x' | 'y', Json[]>> = { x: [], y: [] };
  const micros = Array.from({ length: draw.between(2, most) }, (): Micro[] => []);
  const turns = micros.flatMap((_, i) => Array.from({ length: draw.between(1, 3) }, () => i));
  draw.shuffle(turns).forEach((i, value) => {
    const key = draw.pick(['x', 'y'] as const);
    const isRead = draw.chance(300);
    if (!isRead) state[key].push(value);
    micros[i]?.push(isRead ? ['r', key, [...state[key]]] : ['append', key, value]);
  });
  const last = micros.length;
  const reads = (['x', 'y'] as const).map((key): Micro => ['r', key, [...state[key]]]);
  const all = draw.chance(700) ? [...micros, reads] : micros;
  const happened = all.map((own, i) => {
    const isLost = i < last && draw.chance(100);
    return txn(i, own, { call: i, ret: isLost ? never : last + 1 + i });
  });
  return { happened, failed: [] };
}

function shuffled(list: readonly Json[], draw: Prng): Json[] {
  const rest = [...list];
  const out: Json[] = [];
  while (rest.length > 0 && !draw.chance(200)) out.push(...rest.splice(draw.below(rest.length), 1));
  return out;
}

/** Calls and returns get the positions 0, 1, 2 …; ids follow the calls. `txn` is the id before. */
function inOrder(ops: readonly Op[]): { readonly txn: number; readonly op: Op }[] {
  const times = ops.flatMap((op) => (op.ret === never ? [op.call] : [op.call, op.ret]));
  const place = new Map([...times].sort((a, b) => a - b).map((t, i) => [t, i]));
  return [...ops]
    .sort((a, b) => a.call - b.call)
    .map((op, id) => {
      const ret = op.ret === never ? never : (place.get(op.ret) ?? 0);
      return { txn: op.id, op: { ...op, id, call: place.get(op.call) ?? 0, ret } };
    });
}

/** Is there an order of the transactions that the level allows? */
export function isPossible(ops: readonly Op[], level: Level): boolean {
  switch (level) {
    case 'strict-serializable':
    case 'strong-session-serializable':
    case 'serializable':
    case 'repeatable-read':
      return hasSerial(ops, mustPrecede(level));
    case 'snapshot-isolation':
      return hasSnapshots(ops);
    case 'parallel-snapshot-isolation':
    case 'prefix':
    case 'session-causal':
    case 'causal':
    case 'read-atomic':
      return hasVisibility(ops, level);
    case 'read-committed':
      return hasInstalled(ops);
    case 'read-uncommitted':
      return hasWriters(ops);
  }
}

/**
 * Can writers run one after another so that the longest list read of each key shows its appends in that
 * order, and all that nobody saw come after? Of several that are as long the first to be mentioned counts;
 * no list has an element twice.
 */
function hasWriters(ops: readonly Op[]): boolean {
  const reads = ops
    .filter((op) => op.ret !== never)
    .flatMap((op) => microsOf(op).flatMap(([f, k, v]) => (f === 'r' ? [{ op, k, v }] : [])))
    .map(({ op, k, v }) => ({ op, k, list: v as readonly Json[] }));
  if (reads.some(({ list }) => new Set(list).size < list.length)) return false;
  const seen = new Set<Json>();
  const longest = new Map<Json, readonly Json[]>();
  for (const { op, k, list } of reads) {
    const others = list.slice(0, list.findLastIndex((e) => !appends(op, k, e)) + 1);
    for (const e of others) seen.add(e);
    const mentioned = (some: readonly Json[]): number =>
      reads.findIndex((r) => r.k === k && some.every((e, i) => r.list[i] === e));
    const best = longest.get(k) ?? [];
    const isFirst = others.length === best.length && mentioned(others) < mentioned(best);
    if (others.length > best.length || isFirst) longest.set(k, others);
  }
  const isSeen = (op: Op): boolean => microsOf(op).some(([f, , v]) => f !== 'r' && seen.has(v));
  const happened = ops.filter((op) => op.ret !== never || isSeen(op));
  return orders(happened).some((order) =>
    [...longest].every(([k, list]) => {
      const places = list.flatMap((e) => {
        const at = order.findIndex((op) => appends(op, k, e));
        return at < 0 ? [] : [at];
      });
      const last = Math.max(-1, ...places);
      const isGrowing = places.every((at, i) => (places[i - 1] ?? at) <= at);
      const hasUnseen = (op: Op): boolean =>
        microsOf(op).some(([f, key, v]) => f !== 'r' && key === k && !list.includes(v));
      return isGrowing && order.every((op, at) => at >= last || !hasUnseen(op));
    }),
  );
}

function appends(op: Op, key: Json, element: Json): boolean {
  return microsOf(op).some(([f, k, v]) => f !== 'r' && k === key && v === element);
}

function orders<T>(items: readonly T[]): readonly (readonly T[])[] {
  const [first, ...rest] = items;
  if (first === undefined) return [[]];
  return orders(rest).flatMap((order) =>
    items.map((_, i) => [...order.slice(0, i), first, ...order.slice(i)]),
  );
}

/** Every read is of what was installed before, whole, but for what the transaction itself wrote. */
function hasInstalled(
  ops: readonly Op[],
  state: State = {},
  stops: readonly string[] = ['"x":[]', '"y":[]'],
): boolean {
  if (ops.every((op) => op.ret === never)) return true;
  return ops.some((op) => {
    if (op.ret !== never && !areInstalled(op, stops)) return false;
    const next = run({ ...op, ret: never, output: op.output }, state) ?? state;
    const now = ['x', 'y'].map((k) => `"${k}":${JSON.stringify(next[`"${k}"`] ?? [])}`);
    const rest = ops.filter((o) => o !== op);
    return hasInstalled(rest, next, [...stops, ...now]);
  });
}

function areInstalled(op: Op, stops: readonly string[]): boolean {
  const own: Json[] = [];
  return microsOf(op).every(([f, k, v]) => {
    if (f !== 'r') own.push(v);
    if (f !== 'r') return true;
    const key = JSON.stringify(k);
    if (!Array.isArray(v)) {
      const value = JSON.stringify(v);
      const ends = stops.some(
        (s) => s.startsWith(key) && (s.endsWith(`,${value}]`) || s.endsWith(`[${value}]`)),
      );
      return v === null || own.includes(v) || ends;
    }
    const list = [...(v as readonly Json[])];
    while (list.length > 0 && own.includes(list.at(-1) ?? null)) list.pop();
    return stops.includes(`${key}:${JSON.stringify(list)}`);
  });
}

/** The orders that a level promises. */
export function mustPrecede(level: Level): (a: Op, b: Op) => boolean {
  if (level === 'strict-serializable') return (a, b) => a.ret < b.call;
  if (level !== 'strong-session-serializable') return () => false;
  return (a, b) => a.ret !== never && a.process === b.process && a.call < b.call;
}

/** Does each of `order` read what it read when they run one after another? */
export function isSerialRun(order: readonly Op[]): boolean {
  let state: State | null = {};
  for (const op of order) state = state === null ? null : run(op, state);
  return state !== null;
}

/** The same with snapshots: an operation that comes for the second time commits. */
export function isSnapshotRun(moments: readonly Op[]): boolean {
  let state: State = {};
  const open = new Map<Op, State>();
  for (const op of moments) {
    const start = open.get(op);
    if (start === undefined) {
      if (run(op, state) === null) return false;
      open.set(op, state);
      continue;
    }
    const now = commit(op, start, state);
    if (now === null) return false;
    state = now;
  }
  return true;
}

/** Null: another committed to the same key since the start. */
function commit(op: Op, start: State, state: State): State | null {
  const now: Record<string, readonly Json[]> = { ...state };
  for (const [f, k, v] of microsOf(op)) {
    const key = JSON.stringify(k);
    if (f === 'r') continue;
    if ((state[key] ?? []).length !== (start[key] ?? []).length) return null;
    now[key] = [...(now[key] ?? []), v];
  }
  return now;
}

type State = Readonly<Record<string, readonly Json[]>>;

/** Of those that are left whoever must precede another goes first; the lost ones may be left out. */
function hasSerial(
  ops: readonly Op[],
  precedes: (a: Op, b: Op) => boolean,
  state: State = {},
): boolean {
  if (ops.every((op) => op.ret === never)) return true;
  return ops.some((op) => {
    if (ops.some((other) => other !== op && precedes(other, op))) return false;
    const next = run(op, state);
    const rest = ops.filter((o) => o !== op);
    return next !== null && hasSerial(rest, precedes, next);
  });
}

function microsOf(op: Op): readonly Micro[] {
  return (op.output ?? op.input) as unknown as Micro[];
}

function run(op: Op, state: State): State | null {
  const now: Record<string, readonly Json[]> = { ...state };
  for (const [f, k, v] of microsOf(op)) {
    const key = JSON.stringify(k);
    const values = now[key] ?? [];
    if (f !== 'r') now[key] = [...values, v];
    else if (op.ret !== never && !isRead(values, v)) return null;
  }
  return now;
}

function isRead(values: readonly Json[], read: Json): boolean {
  if (Array.isArray(read)) return JSON.stringify(values) === JSON.stringify(read);
  return (values.at(-1) ?? null) === read;
}

interface Open {
  readonly op: Op;
  readonly start: State;
}

/** Starts and commits in any order: reads at the start, first committer wins. */
function hasSnapshots(
  waiting: readonly Op[],
  open: readonly Open[] = [],
  state: State = {},
): boolean {
  if (waiting.every((op) => op.ret === never) && open.length === 0) return true;
  const isStarted = waiting.some((op) => {
    if (run(op, state) === null) return false;
    const rest = waiting.filter((o) => o !== op);
    return hasSnapshots(rest, [...open, { op, start: state }], state);
  });
  if (isStarted) return true;
  return open.some((t) => {
    const now = commit(t.op, t.start, state);
    const rest = open.filter((o) => o !== t);
    return now !== null && hasSnapshots(waiting, rest, now);
  });
}

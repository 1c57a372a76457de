/** Session guarantees against the brute-force twin: every way in which a session could have seen it. */
import assert from 'node:assert/strict';
import { never, type Op } from '../../harness/checkers/operations.ts';
import { checkSessions } from '../../harness/checkers/sessions/check.ts';
import { Prng } from '../../harness/core/prng.ts';
import { type Agreement, show } from './twin.ts';

/** By kind of history: holds the checker against its twin on so many. */
export const sessionTwins: Readonly<Record<string, (cases: number) => Agreement>> = {
  'versions of a key': (cases) => agree(cases, drawVersions, (ops) => growsByKey(ops)),
  'versions of the store': (cases) => agree(cases, drawVersions, (ops) => grows(ops), 'store'),
  'unique values': (cases) => agree(cases, (draw) => drawValues(draw, 100), hasOrder),
  'repeated values': (cases) => agree(cases, (draw) => drawValues(draw, 3), hasOrder),
};

/** Throws an AssertionError with the seed where they disagree. An unknown contradicts nothing. */
function agree(
  cases: number,
  drawOps: (draw: Prng) => Op[],
  isLegal: (ops: readonly Op[]) => boolean,
  scope: 'key' | 'store' = 'key',
): Agreement {
  const tally = { legal: 0, illegal: 0 };
  for (let seed = 0; seed < cases; seed++) {
    const ops = drawOps(new Prng(seed));
    const { kind } = checkSessions(ops, { scope });
    const expected = isLegal(ops);
    if (kind === 'unknown') continue;
    const say = (): string => ops.map((o) => `${o.process}: ${show([o])} v${o.version}`).join('\n');
    assert.equal(kind, expected ? 'holds' : 'violated', `seed ${seed}\n${say()}`);
    tally[expected ? 'legal' : 'illegal'] += 1;
  }
  return tally;
}

const base = { output: null, ret: never, retUs: Infinity };

/** Writes and deletes numbered almost in order, reads of any of them or of nothing. */
export function drawVersions(draw: Prng): Op[] {
  const ops: Op[] = [];
  const made: { key: string; version: number; value: number | null }[] = [];
  for (let i = 0; i < 7; i++) {
    const at = { id: i, process: draw.below(2), call: 2 * i, callUs: 2 * i };
    const done = { ret: 2 * i + 1, retUs: 2 * i + 1 };
    const key = draw.pick(['x', 'x', 'y']);
    const own = made.filter((m) => m.key === key && m.value !== null);
    if (draw.chance(500) && own.length > 0) {
      const seen = draw.chance(700) ? own.at(-1) : draw.chance(600) ? draw.pick(own) : undefined;
      const read = { f: 'read', key, input: null, output: seen?.value ?? null };
      const version = seen === undefined ? 0 : seen.version;
      ops.push({ ...base, ...at, ...done, ...read, version });
      continue;
    }
    const isDelete = draw.chance(250);
    const write = { f: isDelete ? 'delete' : 'write', key, input: isDelete ? null : i };
    if (draw.chance(100)) {
      ops.push({ ...base, ...at, ...write });
      continue;
    }
    // Unique, and now and then smaller than one before.
    const version = 8 * (i + draw.below(3)) + i + 1;
    made.push({ key, version, value: write.input });
    ops.push({ ...base, ...at, ...done, ...write, output: write.input, version });
  }
  return ops;
}

/** Few keys' worth of writes, compare-and-sets and reads of any value so far, some without an end. */
export function drawValues(draw: Prng, values: number): Op[] {
  const ops: Op[] = [];
  for (let i = 0; i < 7; i++) {
    const at = { id: i, process: draw.below(3), key: 'x', call: 2 * i, callUs: 2 * i };
    const done = draw.chance(150) ? {} : { ret: 2 * i + 1, retUs: 2 * i + 1 };
    const value = values < 10 ? draw.below(values) : i;
    const any = (): number | null =>
      draw.pick([...ops.flatMap((op) => writtenBy(op) ?? []), null, value]);
    const roll = draw.below(10);
    if (roll < 5) ops.push({ ...base, ...at, ...done, f: 'read', input: null, output: any() });
    else if (roll < 8) ops.push({ ...base, ...at, ...done, f: 'write', input: value });
    else ops.push({ ...base, ...at, ...done, f: 'cas', input: [any(), value] });
  }
  return ops;
}

function writtenBy(op: Op): number | null {
  if (op.f === 'cas') return (op.input as number[])[1] ?? null;
  return op.f === 'write' ? (op.input as number) : null;
}

function growsByKey(ops: readonly Op[]): boolean {
  return ['x', 'y'].every((key) => grows(ops.filter((op) => op.key === key)));
}

/** Is there for every session a growing series of prefixes of all versions that shows what it saw? */
function grows(ops: readonly Op[]): boolean {
  const places = [0, ...ops.flatMap((op) => op.version ?? [])];
  const canGoOn = (session: readonly Op[], from: number): boolean => {
    const [op, ...rest] = session;
    if (op === undefined) return true;
    return places.some((at) => at >= from && canSee(ops, op, at) && canGoOn(rest, at));
  };
  return [0, 1].every((p) =>
    canGoOn(
      ops.filter((op) => op.process === p && op.ret !== never),
      0,
    ),
  );
}

/** Does the prefix of all versions up to `at` show what the operation saw? */
export function canSee(ops: readonly Op[], op: Op, at: number): boolean {
  if (op.f !== 'read') return at === op.version;
  // What was called after the answer cannot be the reason for it.
  const own = ops.filter((o) => o.key === op.key && o.call < op.ret);
  const known = own.filter((o) => (o.version ?? 0) > 0 && (o.version ?? 0) <= at);
  const last = known.reduce<Op | null>(
    (a, b) => (a === null || (b.version ?? 0) > (a.version ?? 0) ? b : a),
    null,
  );
  if (op.output !== null) return (last?.version ?? 0) === op.version;
  const isLost = own.some((o) => o.f === 'delete' && o.version === undefined);
  return isLost || last === null || last.f === 'delete';
}

/** Is there an order of the versions, and for each read one of them, such that no session goes back? */
function hasOrder(ops: readonly Op[]): boolean {
  const writes = ops.filter((op) => op.f !== 'read');
  const values = writes.map((op) => writtenBy(op));
  // What nobody wrote is a version as well.
  const phantoms = ops.flatMap((op) => (op.f === 'read' ? [op.output] : (op.input as number[])[0]));
  for (const v of phantoms) {
    if (typeof v === 'number' && !values.includes(v)) values.push(v);
  }
  return orders(values.length).some((place) => {
    const rankOf = (i: number): number => (place[i] ?? 0) + 1;
    const ranksOf = (v: unknown): number[] =>
      v === null ? [0] : values.flatMap((x, i) => (x === v ? [rankOf(i)] : []));
    const isFromBefore = writes.every((op, i) => {
      if (op.f !== 'cas' || op.ret === never) return true;
      return ranksOf((op.input as number[])[0]).some((r) => r < rankOf(i));
    });
    return isFromBefore && [0, 1, 2].every((p) => canFollow(p, ranksOf, rankOf));
  });

  function canFollow(
    process: number,
    ranksOf: (v: unknown) => number[],
    rankOf: (i: number) => number,
  ): boolean {
    let lowest = 0;
    for (const op of ops.filter((o) => o.process === process)) {
      const isDone = op.ret !== never;
      if (op.f === 'read' && !isDone) continue;
      const ranks = op.f === 'read' ? ranksOf(op.output) : [rankOf(writes.indexOf(op))];
      const next = ranks.filter((r) => r >= lowest).sort((a, b) => a - b)[0];
      if (next === undefined) return false;
      if (isDone) lowest = next;
    }
    return true;
  }
}

function orders(n: number): number[][] {
  if (n === 0) return [[]];
  return orders(n - 1).flatMap((order) =>
    Array.from({ length: n }, (_, at) => [...order.slice(0, at), n - 1, ...order.slice(at)]),
  );
}

/**
 * Histories of a made-up database of registers with snapshot isolation (first committer wins), as PolySI's published
 * ones are: of each session it is told in which order its transactions ran, and of several nothing.
 */
import { tableOf } from '../../harness/checkers/transactions/table/from-operations.ts';
import type { TxnTable } from '../../harness/checkers/transactions/table/table.ts';
import type { Op } from '../../harness/checkers/operations.ts';
import { Prng } from '../../harness/core/prng.ts';
import { txn } from './transaction-twin.ts';
import type { Micro } from './visibility-twin.ts';

export interface SnapshotLoad {
  readonly sessions: number;
  /** Committed ones, of each session. */
  readonly transactions: number;
  readonly operations: number;
  readonly keys: number;
  readonly readsPermille: number;
  /** `hot`: four of five go to a fifth of the keys; `skewed`: by Zipf's law. */
  readonly distribution: 'uniform' | 'hot' | 'skewed';
}

interface Open {
  readonly startedAt: number;
  readonly endsAt: number;
  readonly micros: readonly Micro[];
  /** By key: what it leaves there. */
  readonly writes: ReadonlyMap<number, number>;
}

/** By key: when each of its values was committed, ascending. */
type Versions = Map<number, { readonly at: number; readonly value: number }[]>;

export function snapshotHistory(seed: number, load: SnapshotLoad): TxnTable {
  const draw = new Prng(seed);
  const versions: Versions = new Map();
  const done: (readonly Micro[])[][] = Array.from({ length: load.sessions }, () => []);
  const open: (Open | null)[] = done.map(() => null);
  let value = 0;
  const valueAt = (key: number, at: number): number | null =>
    versions.get(key)?.findLast((v) => v.at <= at)?.value ?? null;
  for (let now = 1; done.some((all) => all.length < load.transactions); now++) {
    const session = draw.below(load.sessions);
    const running = open[session] ?? null;
    if (running === null) {
      if ((done[session]?.length ?? 0) >= load.transactions) continue;
      open[session] = begin(draw, load, now, valueAt, () => (value += 1));
    } else if (now >= running.endsAt) {
      open[session] = null;
      const isLate = [...running.writes.keys()].some(
        (key) => (versions.get(key)?.at(-1)?.at ?? 0) > running.startedAt,
      );
      if (isLate) continue;
      for (const [key, written] of running.writes) {
        const all = versions.get(key);
        if (all === undefined) versions.set(key, [{ at: now, value: written }]);
        else all.push({ at: now, value: written });
      }
      done[session]?.push(running.micros);
    }
  }
  return tableOf(inTurns(done), [], 'rw-register');
}

/** Reads see what had been committed, or what the transaction wrote itself. */
function begin(
  draw: Prng,
  load: SnapshotLoad,
  now: number,
  valueAt: (key: number, at: number) => number | null,
  nextValue: () => number,
): Open {
  const writes = new Map<number, number>();
  const micros = Array.from({ length: load.operations }, (): Micro => {
    const key = drawKey(draw, load);
    if (draw.chance(load.readsPermille)) return ['r', key, writes.get(key) ?? valueAt(key, now)];
    const value = nextValue();
    writes.set(key, value);
    return ['w', key, value];
  });
  return { startedAt: now, endsAt: now + draw.below(2 * load.sessions), micros, writes };
}

function drawKey(draw: Prng, { keys, distribution }: SnapshotLoad): number {
  if (distribution === 'uniform') return draw.below(keys);
  if (distribution === 'hot' && draw.chance(800)) return draw.below(Math.ceil(keys / 5));
  if (distribution === 'hot') return draw.below(keys);
  // By Zipf's law with exponent 1 the logarithm of the rank is spread evenly.
  return Math.min(keys - 1, Math.floor(keys ** (draw.below(1 << 20) / (1 << 20))) - 1);
}

/** The first of each session one after the other, then the second ones: that says nothing of when they ran. */
function inTurns(done: readonly (readonly (readonly Micro[])[])[]): Op[] {
  const longest = Math.max(...done.map((all) => all.length));
  const ops: Op[] = [];
  for (let i = 0; i < longest; i++) {
    done.forEach((all, process) => {
      const micros = all[i];
      const id = ops.length;
      if (micros !== undefined)
        ops.push(txn(id, micros, { process, call: 2 * id, ret: 2 * id + 1 }));
    });
  }
  return ops;
}

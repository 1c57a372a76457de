/**
 * Numbers that only grow: in one order of all operations nobody sees a key go back. After
 * `elle.core/monotonic-key-graph` with `process-graph` (Elle 0.2.7): who saw less of a key stands before
 * who saw more of it, each process's operations stand in their order, and that must not be a circle. Real
 * time between processes is not asked for.
 *
 * `read`, `inc` and `increment` → a number, or {key: number, …} of several.
 */
import type { Json } from '../../core/host.ts';
import { canonical } from '../canonical.ts';
import { shortestBeginning } from '../beginning.ts';
import type { JepsenHistory } from '../formats/jepsen.ts';
import { OperationError } from '../operation-error.ts';
import { isCompleted, type Op } from '../operations.ts';
import { moment, nameOp } from '../words.ts';
import { type Figures, grouped, type Tallied, type TallyFault } from './tally.ts';

/** What one operation saw of one key. */
interface Sight {
  readonly op: Op;
  readonly key: string;
  readonly value: number;
}

/** O(n log n); a violation that many times again. Throws E_HISTORY for what is no number. */
export function tallyMonotonic({ ops }: JepsenHistory): Tallied {
  const sights = ops.flatMap(sightsOf);
  const keys = new Set(sights.map((s) => s.key)).size;
  const observers = new Set(sights.map((s) => s.op));
  const figures: Figures = { observations: observers.size, keys };
  if (sights.length === 0) {
    return { kind: 'unknown', figures, reason: 'no read or increment returned a number' };
  }
  if (!graphOf(sights).isCyclic()) {
    const sentence = `${observers.size} operations saw ${keys} keys, none of which went back.`;
    return { kind: 'holds', figures, sentences: [sentence] };
  }
  const upTo = (p: number): Sight[] => sights.filter((s) => s.op.ret <= p);
  const { position } = shortestBeginning([...observers], (p) => graphOf(upTo(p)).isCyclic());
  const last = sights.find((s) => s.op.ret === position) as Sight;
  return { kind: 'violated', figures, fault: told(graphOf(upTo(position)).circle(last.op)) };
}

function sightsOf(op: Op): Sight[] {
  const isSeeing = op.f === 'read' || op.f === 'inc' || op.f === 'increment';
  if (!isSeeing || !isCompleted(op) || op.output === null) return [];
  if (typeof op.output === 'number') return [{ op, key: op.key, value: op.output }];
  if (Array.isArray(op.output) || typeof op.output !== 'object') return wrong(op);
  return Object.entries(op.output).flatMap(([name, value]) => {
    if (value === null) return [];
    // Keys of an operation that has one itself are others than those of the next key.
    const key = op.key === '' ? name : `${op.key} ${name}`;
    return typeof value === 'number' ? [{ op, key, value }] : wrong(op);
  });
}

function wrong(op: Op): never {
  throw new OperationError(
    op,
    `saw ${canonical(op.output).slice(0, 60)}, model monotonic wants a number or {key: number, …}. Choose another model or mend the history.`,
  );
}

/** A step of a circle: why `from` stands before `to`. */
interface Step {
  readonly from: Op;
  readonly to: Op;
  /** Null: it is the same process. */
  readonly key: string | null;
}

/**
 * Between what saw one value of a key and what saw the next one is a *level*, so that there are as many edges
 * as sights.
 */
class Graph {
  private readonly next: number[][] = [];
  private readonly ops: Op[] = [];
  private readonly levelKeys = new Map<number, string>();
  private readonly ids = new Map<Op, number>();

  node(op: Op): number {
    const known = this.ids.get(op);
    if (known !== undefined) return known;
    const id = this.next.push([]) - 1;
    this.ids.set(op, id);
    this.ops[id] = op;
    return id;
  }

  level(key: string): number {
    const id = this.next.push([]) - 1;
    this.levelKeys.set(id, key);
    return id;
  }

  link(from: number, to: number): void {
    this.next[from]?.push(to);
  }

  /** Takes away what nothing stands before, until nothing is left. */
  isCyclic(): boolean {
    const before = new Int32Array(this.next.length);
    for (const all of this.next) for (const to of all) before[to] = (before[to] as number) + 1;
    const free = [...before.keys()].filter((id) => before[id] === 0);
    let taken = 0;
    for (let id = free.pop(); id !== undefined; id = free.pop()) {
      taken += 1;
      for (const to of this.next[id] as number[]) {
        before[to] = (before[to] as number) - 1;
        if (before[to] === 0) free.push(to);
      }
    }
    return taken < this.next.length;
  }

  /** The shortest through `op`, which is on one. */
  circle(op: Op): Step[] {
    const start = this.node(op);
    const from = new Map<number, number>();
    const queue = [start];
    for (const id of queue) {
      for (const to of this.next[id] as number[]) {
        if (from.has(to)) continue;
        from.set(to, id);
        queue.push(to);
      }
      if (from.has(start)) break;
    }
    const steps: Step[] = [];
    let to = start;
    do {
      let id = from.get(to) as number;
      const key = this.levelKeys.get(id) ?? null;
      while (this.levelKeys.has(id)) id = from.get(id) as number;
      steps.unshift({ from: this.ops[id] as Op, to: this.ops[to] as Op, key });
      to = id;
    } while (to !== start);
    return steps;
  }
}

function graphOf(sights: readonly Sight[]): Graph {
  const graph = new Graph();
  const lastOf = new Map<number, Op>();
  for (const { op } of [...sights].sort((a, b) => a.op.call - b.op.call)) {
    const before = lastOf.get(op.process);
    if (before !== undefined && before !== op) graph.link(graph.node(before), graph.node(op));
    lastOf.set(op.process, op);
  }
  for (const [key, own] of grouped(sights, (s) => s.key)) {
    const values = [...grouped(own, (s) => s.value)].sort(([a], [b]) => a - b);
    let below: number | null = null;
    for (const [, same] of values) {
      const above = graph.level(key);
      for (const { op } of same) {
        if (below !== null) graph.link(below, graph.node(op));
        graph.link(graph.node(op), above);
      }
      if (below !== null) graph.link(below, above);
      below = above;
    }
  }
  return graph;
}

function told(steps: readonly Step[]): TallyFault {
  const ops = [...new Set(steps.flatMap((s) => [s.from, s.to]))].sort((a, b) => a.call - b.call);
  const sentences = steps.map(({ from, to, key }) => {
    const [a, b] = [`${nameOp(from)}, returned ${moment(from.retUs, from.ret)},`, nameOp(to)];
    if (key === null) return `${a} stands before ${b}: the same process called it first.`;
    const [low, high] = [seen(from, key), seen(to, key)];
    const what = key === '' ? '' : ` of ${key}`;
    return `${a} stands before ${b}: they saw ${low} and ${high}${what}, which only grows.`;
  });
  const position = Math.max(...ops.map((op) => op.ret));
  return { ops, sentences: [...sentences, 'That is a circle.'], position, isShortest: true };
}

function seen(op: Op, key: string): Json {
  return sightsOf(op).find((s) => s.key === key)?.value ?? null;
}

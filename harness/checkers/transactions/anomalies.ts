/** Classes of anomalies (Adya 1999; Kingsbury & Alvaro, "Elle", 2020) and the levels they exclude. */
import { edge, type Graph } from './graph.ts';
import type { Txn } from './txn.ts';

export type AnomalyClass =
  | 'internal'
  | 'duplicate-elements'
  | 'incompatible-order'
  | 'unwritten-read'
  /** As Elle has it, no reproach: the history of registers may begin after the write. */
  | 'unrecorded-write'
  | 'G1a'
  | 'G1b'
  | 'lost-update'
  | CycleClass;

export type CycleClass = `${'G0' | 'G1c' | 'G-single' | 'G2-item'}${'' | '-process' | '-realtime'}`;

export interface Anomaly {
  readonly kind: AnomalyClass;
  /** In the order of the cycle, the first one not repeated. */
  readonly txns: readonly Txn[];
  /** One sentence a fact. */
  readonly sentences: readonly string[];
}

/** Strongest first. Each is broken by its own classes and by all that break a weaker level below. */
export const levels = [
  'strict-serializable',
  'strong-session-serializable',
  'serializable',
  'snapshot-isolation',
  'read-committed',
  'read-uncommitted',
] as const;

export type Level = (typeof levels)[number];

const bases = ['G0', 'G1c', 'G-single', 'G2-item'] as const;
const suffixed = (suffix: '-process' | '-realtime'): AnomalyClass[] =>
  bases.map((b) => `${b}${suffix}` as const);

const brokenBy: Readonly<Record<Level, readonly AnomalyClass[]>> = {
  'strict-serializable': suffixed('-realtime'),
  'strong-session-serializable': suffixed('-process'),
  serializable: ['G2-item'],
  'snapshot-isolation': ['G-single', 'internal', 'lost-update'],
  'read-committed': ['G1a', 'G1b', 'G1c', 'unwritten-read'],
  'read-uncommitted': ['G0', 'duplicate-elements', 'incompatible-order'],
};

/** Does `level` exclude an anomaly of this class? */
export function excludes(level: Level, kind: AnomalyClass): boolean {
  return levels.slice(levels.indexOf(level)).some((l) => brokenBy[l].includes(kind));
}

/** The strongest level that excludes none of the anomalies; null: not even the weakest holds. */
export function strongestLevel(anomalies: readonly Anomaly[]): Level | null {
  return levels.find((l) => !anomalies.some((a) => excludes(l, a.kind))) ?? null;
}

/** Cycles looked for in one component; a component may hold exponentially many. */
const waysMax = 64;

/**
 * One shortest cycle of each class in each strongly connected component. Orders of processes and of
 * real time count only where no cycle does without them.
 */
export function cycleAnomalies(
  graph: Graph,
  /** Nodes from here on are no transactions but moments. */
  instants: number,
  say: (cycle: readonly number[], kinds: readonly number[]) => Omit<Anomaly, 'kind'>,
): Anomaly[] {
  const found: Anomaly[] = [];
  const data = edge.ww | edge.wr | edge.rw;
  const orders = [
    { suffix: '', extra: 0 },
    { suffix: '-process', extra: edge.process },
    { suffix: '-realtime', extra: edge.realtime },
  ] as const;
  for (const { suffix, extra } of orders) {
    for (const members of graph.cycles(data | extra)) {
      const within = new Set(members);
      for (const base of bases) {
        const cycle = cycleOf(graph, members, within, base, extra, instants);
        if (cycle === null) continue;
        found.push({ kind: `${base}${suffix}`, ...say(cycle.nodes, cycle.kinds) });
      }
    }
  }
  return found;
}

interface Cycle {
  readonly nodes: readonly number[];
  /** Of the edge from each node to the next. */
  readonly kinds: readonly number[];
}

/** The edge that makes the class, and the edges that may lead back. */
function shapeOf(base: (typeof bases)[number]): {
  first: number;
  back: number;
  isFirstAlone: boolean;
} {
  switch (base) {
    case 'G0':
      return { first: edge.ww, back: edge.ww, isFirstAlone: false };
    case 'G1c':
      return { first: edge.wr, back: edge.ww | edge.wr, isFirstAlone: false };
    case 'G-single':
      return { first: edge.rw, back: edge.ww | edge.wr, isFirstAlone: false };
    case 'G2-item':
      return { first: edge.rw, back: edge.ww | edge.wr | edge.rw, isFirstAlone: true };
  }
}

function cycleOf(
  graph: Graph,
  members: readonly number[],
  within: ReadonlySet<number>,
  base: (typeof bases)[number],
  extra: number,
  instants: number,
): Cycle | null {
  const { first, back, isFirstAlone } = shapeOf(base);
  let best: Cycle | null = null;
  let ways = 0;
  for (const from of members) {
    if (from >= instants) continue;
    const starts: number[] = [];
    graph.each(from, first, (to) => {
      if (within.has(to)) starts.push(to);
    });
    for (const to of starts) {
      if (ways >= waysMax && best !== null) return best;
      ways += 1;
      const way = graph.way(to, from, back | extra, within);
      if (way === null) continue;
      const around = [from, ...way];
      if (best !== null && best.nodes.length <= around.length - 1) continue;
      const steps = around.slice(1).map((n, i) => {
        const all = graph.kindsBetween(around[i] as number, n);
        return strongest(all & (i === 0 ? first : back | extra));
      });
      const { nodes, kinds } = withoutInstants(around, steps, instants);
      // With one anti-dependency it is G-single, without an order of its own it is the plain class.
      const isTwice = kinds.filter((k) => k === edge.rw).length > 1;
      const isOrdered = extra === 0 || kinds.some((k) => (k & extra) !== 0);
      if ((!isFirstAlone || isTwice) && isOrdered) best = { nodes, kinds };
    }
  }
  return best;
}

/** Leaves out the nodes that stand for moments: what leads through them is an order in real time. */
function withoutInstants(around: readonly number[], steps: readonly number[], from: number): Cycle {
  const nodes: number[] = [];
  const kinds: number[] = [];
  for (let i = 0; i + 1 < around.length; i++) {
    const node = around[i] as number;
    if (node >= from) continue;
    nodes.push(node);
    kinds.push(steps[i] as number);
  }
  return { nodes, kinds };
}

/** Of several reasons the one that says most. */
function strongest(kinds: number): number {
  return [edge.ww, edge.wr, edge.rw, edge.process, edge.realtime].find((k) => kinds & k) ?? kinds;
}

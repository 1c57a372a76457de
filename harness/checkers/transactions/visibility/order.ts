/** An order of the transactions for the levels that promise only what each of them sees; or why there is none. */
import type { Analysis } from '../analysis.ts';
import type { Anomaly, VisibilityClass } from '../anomaly.ts';
import type { Found } from '../found.ts';
import { nobody } from '../dependencies.ts';
import { CycleSearch } from '../graph/cycles.ts';
import { edge, Graph } from '../graph/graph.ts';
import { type Level, levelEdges } from '../levels.ts';
import { IntList } from '../table/int-list.ts';
import type { Sight } from './seen.ts';
import { eachPrecedence } from './sight.ts';
import { tellPath, type Told } from './tell.ts';

export const sights: Readonly<Partial<Record<Level, Sight>>> = {
  'session-causal': 'reached in sessions',
  causal: 'reached',
  'read-atomic': 'read from',
};

const classes: Readonly<Record<Sight, VisibilityClass>> = {
  'read from': 'fractured-read',
  reached: 'causality-violation',
  'reached in sessions': 'session-causality-violation',
};

/**
 * What follows from what was seen is added to what is known; any order will do in which none of it goes
 * back. Of what a read of the state before all writes says nothing can be an order: such a reader is enough.
 */
export function visibleOrder(analysis: Analysis, level: Level, sight: Sight): Found {
  const found = new Precedences();
  const isWhole = eachPrecedence(analysis, sight, found.add);
  if (found.first !== null) {
    const anomaly = tellFirst(analysis, sight, found.first);
    return { kind: 'none', anomaly, steps: 0 };
  }
  const graph = orderGraph(analysis, levelEdges[level], found);
  const mask = levelEdges[level] | edge.seen;
  const order = graph.order(mask);
  if (order.length < graph.nodes) {
    return { kind: 'none', anomaly: tellCycle(analysis, sight, graph, mask, found), steps: 0 };
  }
  if (!isWhole) {
    const got = `${analysis.txns.count} transactions are too many to say of each pair whether one sees the other`;
    return { kind: 'budget', got, steps: 0 };
  }
  return { kind: 'order', order, steps: 0 };
}

/** All that was found, in columns. */
class Precedences {
  readonly seen = new IntList();
  readonly writer = new IntList();
  readonly reader = new IntList();
  readonly read = new IntList();
  /** One who saw a writer of what it read as it was before all writes; null: nobody did. */
  first: readonly [seen: number, reader: number, read: number] | null = null;

  readonly add = (seen: number, writer: number, reader: number, read: number): void => {
    if (writer === nobody) {
      this.first ??= [seen, reader, read];
      return;
    }
    this.seen.push(seen);
    this.writer.push(writer);
    this.reader.push(reader);
    this.read.push(read);
  };

  /** Who saw the one and read from the other: a row and its read. */
  between(seen: number, writer: number): readonly [reader: number, read: number] | null {
    for (let i = 0; i < this.seen.length; i++) {
      if (this.seen.at(i) !== seen || this.writer.at(i) !== writer) continue;
      return [this.reader.at(i), this.read.at(i)];
    }
    return null;
  }
}

function orderGraph({ graph, txns }: Analysis, mask: number, found: Precedences): Graph {
  return new Graph(txns.count, txns.count, (link) => {
    for (let row = 0; row < txns.count; row++) {
      graph.each(row, mask, (to, kind) => {
        if (to < txns.count) link(row, to, kind);
      });
    }
    for (let i = 0; i < found.seen.length; i++) {
      link(found.seen.at(i), found.writer.at(i), edge.seen);
    }
  });
}

function tellFirst(
  analysis: Analysis,
  sight: Sight,
  [seen, reader, read]: readonly [number, number, number],
): Anomaly {
  return anomalyOf(sight, [tellPath(analysis, sight, seen, reader, read, nobody)]);
}

function tellCycle(
  analysis: Analysis,
  sight: Sight,
  graph: Graph,
  mask: number,
  found: Precedences,
): Anomaly {
  const component = graph.components(mask);
  const shape = { first: edge.seen, others: mask, isApart: false, component };
  const cycle = new CycleSearch(graph).shortest(shape);
  if (cycle === null)
    throw new Error('a cycle that no data makes alone leads through what was seen');
  const { rows, kinds } = cycle;
  return anomalyOf(
    sight,
    rows.map((row, i) => {
      const next = rows[(i + 1) % rows.length] as number;
      const by = kinds[i] === edge.seen ? found.between(row, next) : null;
      if (by !== null) return tellPath(analysis, sight, row, by[0], by[1], next);
      const { sentence, knownAt } = analysis.reason(row, next, kinds[i] as number);
      return { rows: [row, next], sentences: [sentence], knownAt };
    }),
  );
}

function anomalyOf(sight: Sight, told: readonly Told[]): Anomaly {
  return {
    kind: classes[sight],
    rows: [...new Set(told.flatMap((t) => t.rows))],
    sentences: [...new Set(told.flatMap((t) => t.sentences))],
    knownAt: Math.max(...told.map((t) => t.knownAt)),
  };
}

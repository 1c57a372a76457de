/** How one transaction saw another, in words. */
import type { Analysis } from '../analysis.ts';
import { nobody } from '../dependencies.ts';
import { edge } from '../graph/graph.ts';
import { Words } from '../words.ts';
import { type Sight, sightEdges } from './seen.ts';

export interface Told {
  readonly rows: readonly number[];
  readonly sentences: readonly string[];
  readonly knownAt: number;
}

/** `reader` saw `seen`, which wrote what `read` shows from `writer`, or from before all writes. */
export function tellPath(
  analysis: Analysis,
  sight: Sight,
  seen: number,
  reader: number,
  read: number,
  writer: number,
): Told {
  const words = new Words(analysis.txns.table);
  const path = pathTo(analysis, sight, seen, reader);
  const steps = path.slice(1).map((to, i) => {
    const from = path[i] as number;
    const kinds = analysis.graph.kindsBetween(from, to) & sightEdges[sight];
    return analysis.reason(from, to, (kinds & edge.wr) === 0 ? edge.process : edge.wr);
  });
  const key = words.key(analysis.txns.table.key.at(read));
  const what = `${words.name(reader)} read ${words.value(read)} from ${key}`;
  const last =
    writer === nobody
      ? `${what}, as it was before all writes, although it saw ${words.name(seen)}, which wrote ${key}.`
      : `${what}, which ${words.name(writer)} had written, although it saw ${words.name(seen)}, which wrote ${key} as well: so that one came before.`;
  const ends = [reader, ...path].filter((row) => analysis.txns.isCommitted(row));
  return {
    rows: writer === nobody ? path : [...path, writer],
    sentences: [...steps.map((s) => s.sentence), last],
    knownAt: Math.max(
      ...steps.map((s) => s.knownAt),
      ...ends.map((r) => analysis.txns.table.end.at(r)),
    ),
  };
}

/** From whom was seen to whoever saw it, the shortest way. */
function pathTo({ graph }: Analysis, sight: Sight, from: number, to: number): number[] {
  const mask = sightEdges[sight];
  const before = new Map<number, number>([[from, -1]]);
  for (const [row] of before) {
    if (row === to) break;
    graph.each(row, mask, (next) => {
      if (!before.has(next)) before.set(next, row);
    });
  }
  const path: number[] = [];
  for (let at = to; at !== -1; at = before.get(at) ?? -1) path.push(at);
  return path.reverse();
}

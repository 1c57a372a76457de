/** What transactions see along any edges: 32 of those that may be seen at a time, as bits. */
import type { Seen, Visit } from './seen.ts';

/** `sources`: those that may be seen, and count. False: it would be more work than `workMax`. */
export function eachReached(
  seen: Seen,
  sources: Int32Array,
  workMax: number,
  visit: Visit,
): boolean {
  const { analysis, order, reads, claims } = seen;
  let edges = 0;
  for (const row of order) analysis.graph.each(row, seen.mask, () => (edges += 1));
  for (const own of reads) edges += own.length;
  if (((edges + order.length) * sources.length) / 32 > workMax) return false;
  const writers = sources.filter((row) => claims.makes.of(row).length > 0);
  for (let i = 0; i < writers.length; i += 32) eachOf(seen, writers.subarray(i, i + 32), visit);
  return true;
}

function eachOf(seen: Seen, sources: Int32Array, visit: Visit): void {
  const { analysis, order, mask, reads, claims } = seen;
  /** By row: which of the sources it sees; by key: which of them wrote it. */
  const sees = new Int32Array(analysis.graph.nodes);
  const wrote = new Map<number, number>();
  const bitOf = new Map<number, number>();
  sources.forEach((row, i) => {
    bitOf.set(row, 1 << i);
    for (const version of claims.makes.of(row)) {
      const key = claims.keyOf.at(version);
      wrote.set(key, (wrote.get(key) ?? 0) | (1 << i));
    }
  });
  for (const row of order) {
    const own = sees[row] as number;
    const passed = own | (bitOf.get(row) ?? 0);
    if (passed === 0) continue;
    analysis.graph.each(row, mask, (to) => {
      sees[to] = (sees[to] as number) | passed;
    });
    for (const { key, writer, read } of reads[row] ?? []) {
      let found = own & (wrote.get(key) ?? 0);
      // What the writer saw itself came before it anyway.
      if (writer >= 0) found &= ~((sees[writer] as number) | (bitOf.get(writer) ?? 0));
      for (; found !== 0; found &= found - 1) {
        visit(sources[31 - Math.clz32(found & -found)] as number, writer, row, read);
      }
    }
  }
}

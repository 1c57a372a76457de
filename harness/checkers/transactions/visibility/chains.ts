/**
 * What transactions see where sessions count: of each session a beginning, so that a number for each
 * session says all of it. Of the writers of a key the last one in each beginning is enough.
 */
import type { Read, Seen, Visit } from './seen.ts';

/** Numbers kept in all: 400 MB. */
const clocksMax = 1e8;

export class Chains {
  readonly count: number;
  /** By row: its session, and its place there; -1: it is on no chain. */
  readonly chain: Int32Array;
  readonly place: Int32Array;
  /** Rows on no chain: of unknown outcome, they are before nothing in their session. */
  readonly others: Int32Array;
  /** By row and chain: how many of the chain it sees, itself left out. */
  private readonly clocks: Int32Array;
  /** By key: who wrote it on each chain, as places in rising order. */
  private readonly writers = new Map<number, Map<number, Writers>>();

  private constructor(seen: Seen, chain: Int32Array, place: Int32Array, count: number) {
    const { analysis, order, mask, claims } = seen;
    this.count = count;
    this.chain = chain;
    this.place = place;
    this.others = order.filter((row) => chain[row] === -1);
    this.clocks = new Int32Array(analysis.txns.count * count);
    for (const row of order) this.passOn(row, seen, mask);
    for (let row = 0; row < chain.length; row++) {
      if (chain[row] === -1) continue;
      for (const version of claims.makes.of(row)) this.add(claims.keyOf.at(version), row);
    }
  }

  /** Null: too many sessions for so many transactions. */
  static of(seen: Seen): Chains | null {
    const { txns } = seen.analysis;
    const sessions = new Map<number, number>();
    const lengths: number[] = [];
    const chain = new Int32Array(txns.count).fill(-1);
    const place = new Int32Array(txns.count);
    for (let row = 0; row < txns.count; row++) {
      if (!txns.isCommitted(row)) continue;
      const session = txns.table.session.at(row);
      const c = sessions.get(session) ?? sessions.size;
      sessions.set(session, c);
      chain[row] = c;
      place[row] = lengths[c] ?? 0;
      lengths[c] = (place[row] as number) + 1;
    }
    const count = sessions.size;
    return txns.count * count > clocksMax ? null : new Chains(seen, chain, place, count);
  }

  /** Of chain `c`: how many the row sees. */
  clock(row: number, c: number): number {
    return this.clocks[row * this.count + c] as number;
  }

  /** Calls `visit` with the last of each chain that wrote the key and that the row sees. */
  eachLast(key: number, row: number, visit: (seen: number) => void): void {
    for (const [c, { places, rows }] of this.writers.get(key) ?? []) {
      const before = countBelow(places, this.clock(row, c));
      if (before > 0) visit(rows[before - 1] as number);
    }
  }

  /** Does the row see the other, which is on a chain? */
  sees(row: number, other: number): boolean {
    return this.clock(row, this.chain[other] as number) > (this.place[other] as number);
  }

  private passOn(row: number, { analysis }: Seen, mask: number): void {
    const { clocks, count, chain } = this;
    const own = row * count;
    const c = chain[row] as number;
    analysis.graph.each(row, mask, (to) => {
      const other = to * count;
      for (let i = 0; i < count; i++) {
        const seen = clocks[own + i] as number;
        if (seen > (clocks[other + i] as number)) clocks[other + i] = seen;
      }
      if (c === -1) return;
      const after = (this.place[row] as number) + 1;
      if (after > (clocks[other + c] as number)) clocks[other + c] = after;
    });
  }

  private add(key: number, row: number): void {
    let chains = this.writers.get(key);
    if (chains === undefined) this.writers.set(key, (chains = new Map()));
    const c = this.chain[row] as number;
    let writers = chains.get(c);
    if (writers === undefined) chains.set(c, (writers = { places: [], rows: [] }));
    writers.places.push(this.place[row] as number);
    writers.rows.push(row);
  }
}

interface Writers {
  readonly places: number[];
  readonly rows: number[];
}

/** How many of rising numbers are below a limit. */
function countBelow(numbers: readonly number[], limit: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function eachChained({ reads }: Seen, chains: Chains, visit: Visit): void {
  reads.forEach((own: readonly Read[], reader) => {
    for (const { key, writer, read } of own) {
      chains.eachLast(key, reader, (seen) => {
        // What the writer saw itself came before it anyway.
        if (seen === writer || (writer >= 0 && chains.sees(writer, seen))) return;
        visit(seen, writer, reader, read);
      });
    }
  });
}

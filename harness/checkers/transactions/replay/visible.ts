/**
 * The independent judge of levels that promise what each transaction sees: goes through the transactions
 * in their order, tells from the table alone whom each of them sees, and compares every read with the
 * last writer among those. 32 of those that may be seen at a time, as bits.
 */
import { refuteCommitted } from './committed.ts';
import { ending, type TxnTable } from '../table/table.ts';
import { PairIndex } from '../table/pair-index.ts';
import { nothing } from '../table/values.ts';

export type VisibleLevel =
  'parallel-snapshot-isolation' | 'session-causal' | 'causal' | 'read-atomic';

/** Beyond so much work (some seconds) what was seen is not gone through again. */
const workMax = 4e8;

/** Null when each row of `order` read the last write that it saw. Otherwise what is wrong. */
export function refuteVisible(
  table: TxnTable,
  order: Int32Array,
  level: VisibleLevel,
): string | null {
  const fault = refuteCommitted(table, order, 'read-committed');
  if (fault !== null) return fault;
  const run = new VisibleRun(table, order, level);
  if ((order.length * run.size) / 32 > workMax) return null;
  for (let i = 0; i < order.length; i += 32) run.mark(order.subarray(i, i + 32));
  return run.refute();
}

interface Read {
  readonly key: number;
  /** Place in the order of whom the read shows; -1: it shows the state before all writes. */
  readonly shown: number;
  /** Place of the last writer of the key that was seen so far. */
  last: number;
}

class VisibleRun {
  private readonly table: TxnTable;
  private readonly order: Int32Array;
  private readonly isDirect: boolean;
  private readonly written = new PairIndex();
  private readonly rowOf: Int32Array;
  /** By row: its place in the order. */
  private readonly place: Int32Array;
  /** By row: whom it sees at once; and its reads. */
  private readonly sees: number[][] = [];
  private readonly reads: Read[][] = [];
  /** Of those that are marked: by row its bit, and by key which of them wrote it. */
  private readonly own: Int32Array;
  private readonly wrote: Int32Array;

  constructor(table: TxnTable, order: Int32Array, level: VisibleLevel) {
    this.table = table;
    this.order = order;
    this.isDirect = level === 'read-atomic';
    this.place = new Int32Array(table.rows).fill(-1);
    order.forEach((row, i) => {
      this.place[row] = i;
    });
    this.own = new Int32Array(table.rows);
    this.wrote = new Int32Array(table.keys);
    this.rowOf = new Int32Array(table.key.length);
    for (const row of order) {
      for (let m = table.from.at(row); m < table.to.at(row); m++) {
        this.rowOf[m] = row;
        if (table.isWrite.at(m) === 1) this.written.add(table.key.at(m), table.value.at(m), m);
      }
    }
    const before = level === 'session-causal' ? this.beforeInSession() : null;
    const lastWriter = new Map<number, number>();
    for (const row of order) {
      this.reads[row] = this.readsOf(row);
      const sees = this.reads[row].map(({ shown }) => shown).filter((at) => at !== -1);
      const own = sees.map((at) => order[at] as number);
      const previous = before?.get(row);
      if (previous !== undefined) own.push(previous);
      if (level === 'parallel-snapshot-isolation') {
        for (const key of this.keysOf(row)) {
          if (lastWriter.has(key)) own.push(lastWriter.get(key) as number);
          lastWriter.set(key, row);
        }
      }
      this.sees[row] = [...new Set(own)];
    }
  }

  /** How much one round costs. */
  get size(): number {
    return this.order.reduce(
      (n, row) => n + 1 + (this.sees[row]?.length ?? 0) + (this.reads[row]?.length ?? 0),
      0,
    );
  }

  /** Those of `sources` that are seen count from now on. */
  mark(sources: Int32Array): void {
    const { order, sees, isDirect, own, wrote } = this;
    const bits = new Int32Array(this.table.rows);
    sources.forEach((row, i) => {
      own[row] = 1 << i;
      for (const key of this.keysOf(row)) wrote[key] = (wrote[key] as number) | (1 << i);
    });
    const first = this.place[sources[0] as number] as number;
    for (let at = first; at < order.length; at++) {
      const row = order[at] as number;
      let seen = 0;
      for (const other of sees[row] as number[]) {
        seen |= own[other] as number;
        if (!isDirect) seen |= bits[other] as number;
      }
      bits[row] = seen;
      if (seen === 0) continue;
      for (const read of this.reads[row] as Read[]) {
        const found = seen & (wrote[read.key] as number);
        if (found !== 0) read.last = first + 31 - Math.clz32(found);
      }
    }
    for (const row of sources) {
      own[row] = 0;
      for (const key of this.keysOf(row)) wrote[key] = 0;
    }
  }

  refute(): string | null {
    for (const row of this.order) {
      for (const { shown, last } of this.reads[row] as Read[]) {
        if (shown !== last) return `row ${row} did not read the last write that it saw`;
      }
    }
    return null;
  }

  /**
   * Of the rows in the order: the committed one before each in its session. One of unknown outcome may
   * come late in the order, after rows of its session that began after it.
   */
  private beforeInSession(): ReadonlyMap<number, number> {
    const { table, place } = this;
    const last = new Map<number, number>();
    const before = new Map<number, number>();
    for (let row = 0; row < table.rows; row++) {
      if (place[row] === -1) continue;
      const session = table.session.at(row);
      const previous = last.get(session);
      if (previous !== undefined) before.set(row, previous);
      if (table.ending.at(row) === ending.committed) last.set(session, row);
    }
    return before;
  }

  private keysOf(row: number): Set<number> {
    const { table } = this;
    const keys = new Set<number>();
    for (let m = table.from.at(row); m < table.to.at(row); m++) {
      if (table.isWrite.at(m) === 1) keys.add(table.key.at(m));
    }
    return keys;
  }

  /** What a row read of others, as far as anybody is known to have written it. */
  private readsOf(row: number): Read[] {
    const { table } = this;
    const reads: Read[] = [];
    if (table.ending.at(row) !== ending.committed) return reads;
    const touched = new Set<number>();
    for (let m = table.from.at(row); m < table.to.at(row); m++) {
      const key = table.key.at(m);
      const isKnown = table.kind === 'rw-register' && touched.has(key);
      touched.add(key);
      if (table.isWrite.at(m) === 1 || isKnown) continue;
      const shown = this.shownBy(row, m);
      if (shown !== null) reads.push({ key, shown, last: -1 });
    }
    return reads;
  }

  private shownBy(row: number, read: number): number | null {
    const { table } = this;
    const key = table.key.at(read);
    if (table.kind === 'rw-register') {
      const value = table.value.at(read);
      if (value === nothing) return -1;
      const write = this.written.get(key, value);
      return write === -1 ? null : (this.place[this.rowOf[write] as number] as number);
    }
    const { parent, element, size } = table.lists;
    for (let list = table.value.at(read); size.at(list) > 0; list = parent.at(list)) {
      const write = this.written.get(key, element.at(list));
      if (write === -1) return null;
      const writer = this.rowOf[write] as number;
      if (writer !== row) return this.place[writer] as number;
    }
    return -1;
  }
}

/**
 * The independent judge of a `holds`: runs transactions one after another and compares every read. It
 * knows nothing of dependencies.
 */
import { ending, type TxnTable } from '../table/table.ts';
import { PairIndex } from '../table/pair-index.ts';
import { nothing } from '../table/values.ts';

/** Which orders the serial one must agree with. */
export type OrderPromise = 'none' | 'session' | 'real time';

/**
 * Null when `order` holds every committed row once, others at most once and no aborted one, agrees with
 * what is promised, and explains every read. Otherwise what is wrong.
 */
export function refuteSerial(
  table: TxnTable,
  order: Int32Array,
  promise: OrderPromise,
): string | null {
  const fault = refuteMembers(table, order) ?? refutePlaces(table, order, promise);
  if (fault !== null) return fault;
  const run = table.kind === 'list-append' ? new ListRun(table) : new RegisterRun(table);
  for (const row of order) {
    const isKnown = table.ending.at(row) === ending.committed;
    const to = table.to.at(row);
    for (let m = table.from.at(row); m < to; m++) {
      if (table.isWrite.at(m) === 1) run.write(m);
      else if (isKnown && !run.isRead(m)) return `row ${row} read something else where it stands`;
    }
  }
  return null;
}

/** Are these all that committed, and none that aborted? */
export function refuteMembers(table: TxnTable, order: Int32Array): string | null {
  const isIn = new Uint8Array(table.rows);
  for (const row of order) {
    if (isIn[row] === 1) return `row ${row} comes twice`;
    if (table.ending.at(row) === ending.aborted) return `row ${row} aborted`;
    isIn[row] = 1;
  }
  for (let row = 0; row < table.rows; row++) {
    const isMissing = isIn[row] === 0 && table.ending.at(row) === ending.committed;
    if (isMissing) return `row ${row} is missing`;
  }
  return null;
}

function refutePlaces(table: TxnTable, order: Int32Array, promise: OrderPromise): string | null {
  if (promise === 'none') return null;
  // In real time there is one session for all, and what counts is when the earlier one ended.
  const isSession = promise === 'session';
  const latest = new Map<number, number>();
  for (const row of order) {
    const session = isSession ? table.session.at(row) : 0;
    const call = latest.get(session) ?? -Infinity;
    const [own, other] = [table.call.at(row), isSession ? table.call.at(row) : table.end.at(row)];
    const isCommitted = table.ending.at(row) === ending.committed;
    if (isCommitted && other < call) return `row ${row} comes after one that it was before`;
    if (own > call) latest.set(session, own);
  }
  return null;
}

class ListRun {
  private readonly table: TxnTable;
  /** By key. */
  private readonly now: number[][];

  constructor(table: TxnTable) {
    this.table = table;
    this.now = Array.from({ length: table.keys }, () => []);
  }

  write(micro: number): void {
    this.now[this.table.key.at(micro)]?.push(this.table.value.at(micro));
  }

  isRead(micro: number): boolean {
    const { parent, element, size } = this.table.lists;
    const now = this.now[this.table.key.at(micro)] as number[];
    let list = this.table.value.at(micro);
    if (size.at(list) !== now.length) return false;
    for (let i = now.length - 1; i >= 0; i--) {
      if (element.at(list) !== now[i]) return false;
      list = parent.at(list);
    }
    return true;
  }
}

/** A value that nobody is known to have written was there by other hands: such a read is not judged. */
class RegisterRun {
  private readonly table: TxnTable;
  private readonly now: Int32Array;
  private readonly written = new PairIndex();

  constructor(table: TxnTable) {
    this.table = table;
    this.now = new Int32Array(table.keys).fill(nothing);
    for (let m = 0; m < table.key.length; m++) {
      if (table.isWrite.at(m) === 1) this.written.add(table.key.at(m), table.value.at(m), m);
    }
  }

  write(micro: number): void {
    this.now[this.table.key.at(micro)] = this.table.value.at(micro);
  }

  isRead(micro: number): boolean {
    const key = this.table.key.at(micro);
    const value = this.table.value.at(micro);
    if (this.now[key] === value) return true;
    return value !== nothing && this.written.get(key, value) === -1;
  }
}

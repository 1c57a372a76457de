/** A file of transactions, in JSON or EDN, as a table. */
import type { Json } from '../../core/host.ts';
import { Interner } from '../canonical.ts';
import { microsOf } from '../transactions/table/micros.ts';
import { ending, TxnTable, type TxnKind } from '../transactions/table/table.ts';
import { never } from '../operations.ts';
import { formsOf } from './each-form.ts';
import { eventOf } from './event.ts';
import type { HistoryFormat } from './forms.ts';
import { malformed } from './malformed.ts';
import { type EventType, Pairing } from './pairing.ts';
import { PlainReader } from './plain.ts';
import { eachRecord } from './records.ts';

/**
 * As `readJepsen`, for transactions. Those of one key of an independent test have the keys [key, …].
 * Throws E_HISTORY with the file, the line and what was expected.
 */
export function readTransactions(
  pieces: Iterable<Uint8Array>,
  kind: TxnKind,
  format: HistoryFormat,
  file: string,
  isIndependent = false,
): TxnTable {
  const table = new TxnTable(kind);
  const recorder = new Recorder(table, file);
  const plain = isIndependent ? null : new PlainReader(table, format);
  const decoder = new TextDecoder();
  /** What a process does with one object is no promise of its order with what it does to others. */
  const sessions = new Interner();
  eachRecord(pieces, format, file, (bytes, from, to, line) => {
    if (plain?.read(bytes, from, to) === true) {
      recorder.take(plain.type, plain.process, 'txn', plain.micros, line);
      return;
    }
    formsOf(decoder.decode(bytes.subarray(from, to)), line, format, file, (value, of) => {
      const e = eventOf(value, of, { file, isIndependent });
      if (e === null) return;
      const refuse = (what: string): never => malformed(file, of, what);
      // Otherwise transactions name their keys themselves.
      const part = isIndependent ? e.key : '';
      const micros = microsIn(table, e.type, e.value, part, refuse);
      const session = isIndependent ? sessions.id([part, e.process]) : e.process;
      recorder.take(e.type, e.process, e.f, micros, of, session);
    });
  });
  recorder.end();
  return table;
}

/** What did not happen, or nobody knows, was told when it was invoked. */
function microsIn(
  table: TxnTable,
  type: EventType,
  value: Json,
  key: string,
  refuse: (what: string) => never,
): readonly number[] {
  if (type === 'fail' || type === 'info') return [];
  const micros = microsOf(table, value, key, type === 'ok');
  return typeof micros === 'string' ? refuse(micros) : micros;
}

/** An open transaction; used again when it is no longer. */
interface Open {
  row: number;
  f: string;
  readonly micros: number[];
}

class Recorder {
  private readonly table: TxnTable;
  private readonly pairing: Pairing<Open>;
  private readonly spare: Open[] = [];
  private position = 0;

  constructor(table: TxnTable, file: string) {
    this.table = table;
    this.pairing = new Pairing(file);
  }

  /** `micros` is only lent. */
  take(
    type: EventType,
    process: number,
    f: string,
    micros: readonly number[],
    line: number,
    session = process,
  ): void {
    const at = this.position++;
    if (type === 'invoke') {
      const open = this.spare.pop() ?? { row: 0, f, micros: [] };
      open.row = this.table.open(process, at, session);
      open.f = f;
      for (const m of micros) open.micros.push(m);
      this.pairing.invoke(process, open, line);
      return;
    }
    const open = this.pairing.complete(process, f, type, line);
    if (open === null) return;
    if (type === 'ok') this.table.close(open.row, ending.committed, at, micros);
    else if (type === 'fail') this.table.close(open.row, ending.aborted, at, open.micros);
    else this.table.close(open.row, ending.unknown, never, open.micros);
    open.micros.length = 0;
    this.spare.push(open);
  }

  /** What never completed has an unknown end. */
  end(): void {
    for (const { row, micros } of this.pairing.rest()) {
      this.table.close(row, ending.unknown, never, micros);
    }
  }
}

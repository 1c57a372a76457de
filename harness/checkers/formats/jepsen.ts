/** Jepsen's operations, from JSON or EDN, as operations to check. */
import type { Json } from '../../core/host.ts';
import { never, type Op } from '../operations.ts';
import { type EventError, eventOf, type JepsenEvent } from './event.ts';
import type { HistoryFormat } from './forms.ts';
import { eachForm } from './each-form.ts';
import { Pairing } from './pairing.ts';

export interface JepsenHistory {
  /** In order of their calls; those that failed are left out. */
  readonly ops: readonly Op[];
  /** Those that did not happen, with the position at which that was known. */
  readonly failed: readonly Op[];
  /** How many operations were invoked. */
  readonly invoked: number;
  /** Of operations that ended without success, in order of their ends; absent: that is not known. */
  readonly endings?: readonly Ending[];
  /** What was left out when it was read, a sentence a fact: it is told with every verdict. */
  readonly notes?: readonly string[];
  /** Where it was read from; absent of a history that was made otherwise. */
  readonly source?: {
    readonly file: string;
    /** By id of an operation: the line of its invocation, from 1. */
    readonly lines: readonly number[];
    /** A null that was read stands for "not known", as in Jepsen's EDN. */
    readonly isNullUnknown: boolean;
  };
}

/** How an operation ended that is not known to have happened. */
export interface Ending {
  readonly op: Op;
  readonly type: 'fail' | 'info';
  /** -1 where the history has no times. */
  readonly timeUs: number;
  /** Null: nobody said why. */
  readonly error: EventError | null;
}

/**
 * `source` is a text or the bytes of one, piece by piece. With `isIndependent` every value is [key,
 * value]. Throws E_HISTORY with the file, the line and what was expected.
 */
export function readJepsen(
  source: string | Iterable<Uint8Array>,
  format: HistoryFormat,
  file: string,
  isIndependent = false,
): JepsenHistory {
  const pieces = typeof source === 'string' ? [new TextEncoder().encode(source)] : source;
  const collector = new OperationCollector(format, file);
  eachForm(pieces, format, file, (value, line) => {
    const event = eventOf(value, line, { file, isIndependent });
    if (event !== null) collector.take(event);
  });
  return collector.history();
}

/** Joins events as they come. */
export class OperationCollector {
  private readonly ops: (Op | null)[] = [];
  private readonly failed: Op[] = [];
  private readonly endings: Ending[] = [];
  private readonly pairing: Pairing<Op>;
  private readonly lines: number[] = [];
  private readonly format: HistoryFormat;
  private readonly file: string;
  private readonly names = new Map<string, number>();
  private position = 0;

  constructor(format: HistoryFormat, file: string) {
    this.format = format;
    this.file = file;
    this.pairing = new Pairing(file);
  }

  take(e: JepsenEvent): void {
    const at = this.position++;
    if (e.type === 'invoke') {
      const op = opened(e, this.ops.length, at);
      this.pairing.invoke(e.process, op, e.line);
      this.ops.push(op);
      this.lines.push(e.line);
      return;
    }
    const op = this.pairing.complete(e.process, e.f, e.type, e.line);
    if (op === null) return;
    if (e.type !== 'ok') {
      this.endings.push({ op, type: e.type, timeUs: e.timeUs, error: e.error ?? null });
      if (e.type === 'info') return;
    }
    const end = { ret: at, retUs: e.timeUs };
    if (e.type === 'ok') this.ops[op.id] = this.closed(op, e, end);
    else {
      this.failed.push({ ...op, ...end });
      this.ops[op.id] = null;
    }
  }

  history(): JepsenHistory {
    const { ops, failed, endings, file, lines } = this;
    const source = { file, lines, isNullUnknown: this.format === 'edn' };
    return { ops: ops.filter((op) => op !== null), failed, invoked: ops.length, endings, source };
  }

  /** Knossos takes a nil read as "any value": such a read becomes one that never returned. */
  private closed(op: Op, e: JepsenEvent, end: { ret: number; retUs: number }): Op {
    if (this.format === 'edn' && op.f === 'read' && e.value === null) return op;
    const { value: output, version } = e;
    const node = e.node === undefined ? undefined : this.nodeOf(e.node);
    return {
      ...op,
      ...end,
      key: op.key === '' ? e.key : op.key,
      output,
      ...(node !== undefined && { node }),
      ...(version !== undefined && { version }),
    };
  }

  /** Nodes with names are numbered in order of their first mention. */
  private nodeOf(node: number | string): number {
    if (typeof node === 'number') return node;
    const known = this.names.get(node) ?? this.names.size;
    this.names.set(node, known);
    return known;
  }
}

function opened(e: JepsenEvent, id: number, call: number): Op {
  const { process, f, key, timeUs: callUs } = e;
  const input: Json = e.value;
  return { id, process, f, key, input, output: null, call, ret: never, callUs, retUs: Infinity };
}

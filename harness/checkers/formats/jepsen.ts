/** Jepsen's operations, from JSON lines or EDN, as operations to check. */
import { HarnessError } from '../../core/errors.ts';
import type { Json } from '../../core/host.ts';
import { never, type Op } from '../operations.ts';
import { type Form, readEdn } from './edn.ts';

export type HistoryFormat = 'jsonl' | 'edn';

export interface JepsenHistory {
  /** In order of their calls; those that failed are left out. */
  readonly ops: readonly Op[];
  /** Those that did not happen. */
  readonly failed: readonly Op[];
  /** How many operations were invoked. */
  readonly invoked: number;
}

/** Throws E_HISTORY with the file, the line and what was expected. */
export function readJepsen(text: string, format: HistoryFormat, file: string): JepsenHistory {
  const forms = format === 'edn' ? readEdn(text, file) : readJsonLines(text, file);
  const events: JepsenEvent[] = [];
  for (const form of forms) events.push(...event(form, file));
  return pair(events, file, format);
}

interface JepsenEvent {
  readonly type: 'invoke' | 'ok' | 'fail' | 'info';
  readonly process: number;
  readonly f: string;
  readonly key: string;
  readonly value: Json;
  /** The object's version in the system's own order, where the history has it. */
  readonly version?: number;
  /** -1 where the history has no times. */
  readonly timeUs: number;
  readonly line: number;
}

/** One at a time: a long file's lines need not lie in memory together. */
function* readJsonLines(text: string, file: string): Generator<Form> {
  for (let from = 0, line = 1; from < text.length; line++) {
    const end = text.indexOf('\n', from);
    const source = text.slice(from, end < 0 ? text.length : end);
    from += source.length + 1;
    if (source.trim() === '') continue;
    yield { value: parseLine(source, file, line), line };
  }
}

function parseLine(source: string, file: string, line: number): Json {
  try {
    return JSON.parse(source) as Json;
  } catch {
    return malformed(file, line, `got ${clip(source)}, wanted one JSON object a line`);
  }
}

/** Nothing for what is not a client's: Jepsen's nemesis has no number. */
function event(form: Form, file: string): JepsenEvent[] {
  const { value: v, line } = form;
  if (v === null || typeof v !== 'object' || Array.isArray(v)) {
    return malformed(
      file,
      line,
      `got ${clip(JSON.stringify(v))}, wanted an operation as an object`,
    );
  }
  const op = v as Readonly<Record<string, Json | undefined>>;
  const { type, process = 0, f = 'txn', key = '', value = null, time, version } = op;
  if (type !== 'invoke' && type !== 'ok' && type !== 'fail' && type !== 'info') {
    return malformed(
      file,
      line,
      `type is ${clip(JSON.stringify(type ?? null))}, wanted invoke, ok, fail or info`,
    );
  }
  if (typeof process === 'string') return [];
  if (typeof process !== 'number') {
    return malformed(
      file,
      line,
      `process is ${clip(JSON.stringify(process))}, wanted a whole number`,
    );
  }
  if (typeof f !== 'string') {
    return malformed(file, line, `f is ${clip(JSON.stringify(f))}, wanted a text`);
  }
  if (time !== undefined && typeof time !== 'number') {
    return malformed(file, line, `time is ${clip(JSON.stringify(time))}, wanted nanoseconds`);
  }
  if (version !== undefined && typeof version !== 'number') {
    return malformed(file, line, `version is ${clip(JSON.stringify(version))}, wanted a number`);
  }
  const keyText = typeof key === 'string' ? key : JSON.stringify(key);
  const timeUs = time === undefined ? -1 : time / 1000;
  const told = version !== undefined && { version };
  return [{ type, process, f, key: keyText, value, line, timeUs, ...told }];
}

function pair(events: readonly JepsenEvent[], file: string, format: HistoryFormat): JepsenHistory {
  const ops: (Op | null)[] = [];
  const failed: Op[] = [];
  const open = new Map<number, number>();
  events.forEach((e, at) => {
    const index = open.get(e.process);
    if (e.type === 'invoke') {
      if (index !== undefined) {
        malformed(
          file,
          e.line,
          `process ${e.process} has an operation open, wanted its completion`,
        );
      }
      open.set(e.process, ops.length);
      ops.push(opened(e, ops.length, at));
      return;
    }
    const op = index === undefined ? undefined : ops[index];
    if (index === undefined || op === undefined || op === null) {
      // Jepsen logs other things as `info` too.
      if (e.type === 'info') return;
      malformed(file, e.line, `process ${e.process} completes ${e.f}, wanted an invoke before it`);
    }
    if (op.f !== e.f) {
      malformed(file, e.line, `process ${e.process} completes ${e.f}, wanted ${op.f}`);
    }
    open.delete(e.process);
    if (e.type === 'fail') {
      failed.push(op);
      ops[index] = null;
    } else if (e.type === 'ok') ops[index] = closed(op, e, at, format);
  });
  return { ops: ops.filter((op) => op !== null), failed, invoked: ops.length };
}

function opened(e: JepsenEvent, id: number, call: number): Op {
  const { process, f, key, value: input, timeUs: callUs } = e;
  return { id, process, f, key, input, output: null, call, ret: never, callUs, retUs: Infinity };
}

/** Knossos takes a nil read as "any value": such a read becomes one that never returned. */
function closed(op: Op, e: JepsenEvent, ret: number, format: HistoryFormat): Op {
  if (format === 'edn' && op.f === 'read' && e.value === null) return op;
  const key = op.key === '' ? e.key : op.key;
  const version = e.version !== undefined && { version: e.version };
  return { ...op, key, output: e.value, ret, retUs: e.timeUs, ...version };
}

function malformed(file: string, line: number, what: string): never {
  throw new HarnessError('E_HISTORY', `${file}:${line}: ${what}. Mend that line.`);
}

function clip(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 37)}…`;
}

/** One event of a history in Jepsen's form, from JSON or EDN alike. */
import type { Json } from '../../core/host.ts';
import { clip, malformed } from './malformed.ts';
import type { EventType } from './pairing.ts';

export interface JepsenEvent {
  readonly type: EventType;
  readonly process: number;
  readonly f: string;
  readonly key: string;
  readonly value: Json;
  /** -1 where the history has no times. */
  readonly timeUs: number;
  /** The object's version in the system's own order. */
  readonly version?: number;
  /** Who answered: a number, or a name. */
  readonly node?: number | string;
  /** What the client was told instead of an answer; of an exception, its class. */
  readonly error?: EventError;
  readonly line: number;
}

export interface EventError {
  readonly name: string;
  /** Thrown, and handled by no client. */
  readonly isUnhandled: boolean;
}

interface EventShape {
  readonly file: string;
  /** Every value is [key, value], as in Jepsen's independent tests. */
  readonly isIndependent: boolean;
}

/** What antlion's own histories hold beside operations. */
const besides = new Set<Json>(['fault', 'node', 'observe', 'stall']);

/** Null for what is not a client's: Jepsen's nemesis has no number. Throws E_HISTORY. */
export function eventOf(record: Json, line: number, shape: EventShape): JepsenEvent | null {
  const refuse = (got: string, wanted: string): never =>
    malformed(shape.file, line, `${got}, wanted ${wanted}`);
  if (record === null || typeof record !== 'object' || Array.isArray(record)) {
    return refuse(`got ${show(record)}`, 'an operation as an object');
  }
  const { type, process = 0, f, key, value, time, timeUs, version, node } = record as Fields;
  const error = errorOf(record as Fields);
  const isHeader = type === undefined && (record as Fields)['program'] !== undefined;
  if (isHeader || (type !== undefined && besides.has(type))) return null;
  if (type !== 'invoke' && type !== 'ok' && type !== 'fail' && type !== 'info') {
    return refuse(`type is ${show(type)}`, 'invoke, ok, fail or info');
  }
  if (typeof process === 'string') return null;
  if (!isWhole(process)) return refuse(`process is ${show(process)}`, 'a whole number');
  // Elle's own histories have nil for the f of a transaction.
  const name = f ?? 'txn';
  if (typeof name !== 'string') return refuse(`f is ${show(name)}`, 'a text');
  // Nanoseconds since 1970 come as a text of digits: they are rounded here, which keeps their order.
  const isDigits = typeof time === 'string' && /^\d+$/.test(time);
  const ownNs = typeof timeUs === 'number' ? timeUs * 1_000 : undefined;
  const timeNs = isDigits ? Number(time) : (time ?? ownNs ?? -1_000);
  if (typeof timeNs !== 'number') return refuse(`time is ${show(time)}`, 'nanoseconds');
  if (!isAbsent(version) && !isWhole(version)) {
    return refuse(`version is ${show(version)}`, 'a whole number');
  }
  if (!isAbsent(node) && !isWhole(node) && typeof node !== 'string') {
    return refuse(`node is ${show(node)}`, 'a whole number or a name');
  }
  const isPair = Array.isArray(value) && value.length === 2;
  if (shape.isIndependent && !isPair) {
    return refuse(`value is ${show(value)}`, '[key, value], as --independent says');
  }
  const [of, what] = shape.isIndependent ? (value as [Json, Json]) : [key, value];
  return {
    type,
    process,
    f: name,
    key: of === undefined || typeof of === 'string' ? (of ?? '') : JSON.stringify(of),
    value: what ?? null,
    line,
    timeUs: timeNs / 1_000,
    ...(isWhole(version) && { version }),
    ...(!isAbsent(node) && { node: node as number | string }),
    ...(error !== null && { error }),
  };
}

/** As Jepsen writes them: `:error` is what a client made of it, `:exception` what it did not handle. */
function errorOf({ error, exception }: Fields): EventError | null {
  if (!isAbsent(exception)) return { name: classOf(exception), isUnhandled: true };
  return isAbsent(error) ? null : { name: classOf(error), isUnhandled: false };
}

/** Of `[:timeout "…"]` the first member, of a datafied exception its type. */
function classOf(error: Json): string {
  if (typeof error === 'string') return clip(error);
  if (Array.isArray(error) && error.length > 0) return classOf((error[0] ?? null) as Json);
  if (error !== null && typeof error === 'object' && !Array.isArray(error)) {
    const { type, via } = error as Fields;
    if (Array.isArray(via)) return classOf(via as Json);
    if (!isAbsent(type)) return classOf(type);
  }
  return show(error);
}

type Fields = Readonly<Partial<Record<string, Json>>>;

function show(value: Json | undefined): string {
  return clip(JSON.stringify(value ?? null));
}

function isWhole(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value);
}

function isAbsent(value: Json | undefined): value is null | undefined {
  return value === undefined || value === null;
}

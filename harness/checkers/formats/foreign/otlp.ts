/**
 * Histories that a traced client wrote: spans in OTLP's JSON (opentelemetry-proto 1.x, one request a line or
 * one a file). A span with an attribute `history.f` is an operation; all others are passed over.
 */
import type { Json } from '../../../core/host.ts';
import { eachForm } from '../each-form.ts';
import { malformed } from '../malformed.ts';
import type { Call } from './calls.ts';

type Fields = Readonly<Partial<Record<string, Json>>>;

/**
 * `history.f`, `.process`, `.key`, `.input`, `.output` (texts of JSON are read as what they say), `.version`,
 * and `.type` (ok, fail or info); without a type a span whose status is an error is `info`. Throws
 * E_HISTORY.
 */
export function readOtlp(pieces: Iterable<Uint8Array>, file: string): Call[] {
  const calls: Call[] = [];
  eachForm(pieces, 'jsonl', file, (request, line) => {
    for (const resource of listOf(fieldsOf(request)['resourceSpans'])) {
      for (const scope of listOf(fieldsOf(resource)['scopeSpans'])) {
        for (const span of listOf(fieldsOf(scope)['spans'])) {
          const call = callOf(fieldsOf(span), line, file);
          if (call !== null) calls.push(call);
        }
      }
    }
  });
  return calls;
}

function callOf(span: Fields, line: number, file: string): Call | null {
  const told = new Map(
    listOf(span['attributes']).map((a) => {
      const { key, value } = fieldsOf(a);
      return [String(key), valueOf(fieldsOf(value))];
    }),
  );
  const f = told.get('history.f');
  if (f === undefined) return null;
  const refuse = (what: string): never => malformed(file, line, `span ${String(f)}: ${what}`);
  const [process, version] = [told.get('history.process') ?? 0, told.get('history.version')];
  const type = told.get('history.type') ?? (isError(span) ? 'info' : 'ok');
  if (type !== 'ok' && type !== 'fail' && type !== 'info') {
    return refuse(`history.type is ${JSON.stringify(type)}, wanted ok, fail or info`);
  }
  if (typeof process !== 'number') return refuse('history.process is no number, wanted one');
  const key = told.get('history.key') ?? '';
  const output = told.get('history.output') ?? null;
  const input = told.get('history.input') ?? null;
  return {
    process,
    f: String(f),
    key: typeof key === 'string' ? key : JSON.stringify(key),
    input,
    // What was written need not be told twice.
    output: told.has('history.output') ? output : input,
    type,
    fromNs: nsOf(span, 'startTimeUnixNano', refuse),
    toNs: nsOf(span, 'endTimeUnixNano', refuse),
    ...(typeof version === 'number' && { version }),
    line,
  };
}

/** Code 2, or as its enum is named. */
function isError({ status }: Fields): boolean {
  const { code } = fieldsOf(status);
  return code === 2 || code === 'STATUS_CODE_ERROR';
}

function nsOf(span: Fields, name: string, refuse: (what: string) => never): bigint {
  const ns = span[name];
  const isDigits = typeof ns === 'number' || (typeof ns === 'string' && /^\d+$/.test(ns));
  return isDigits ? BigInt(ns) : refuse(`${name} is ${JSON.stringify(ns ?? null)}, wanted digits`);
}

/** Of OTLP's AnyValue. */
function valueOf(any: Fields): Json {
  const { stringValue, intValue, doubleValue, boolValue, arrayValue } = any;
  if (typeof stringValue === 'string') return jsonOr(stringValue);
  if (intValue !== undefined) return Number(intValue);
  if (arrayValue !== undefined) {
    return listOf(fieldsOf(arrayValue)['values']).map((v) => valueOf(fieldsOf(v)));
  }
  return doubleValue ?? boolValue ?? null;
}

function jsonOr(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function fieldsOf(value: Json | undefined): Fields {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? (value as Fields) : {};
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

/** Operations as other tools write them, begin and end together, as a history. */
import type { Json } from '../../../core/host.ts';
import { never, type Op } from '../../operations.ts';
import type { EventError } from '../event.ts';
import type { Ending, JepsenHistory } from '../jepsen.ts';

/** One operation; times in nanoseconds on one clock. */
export interface Call {
  readonly process: number;
  readonly f: string;
  readonly key: string;
  readonly input: Json;
  readonly output: Json;
  readonly type: 'ok' | 'fail' | 'info';
  readonly fromNs: bigint;
  readonly toNs: bigint;
  readonly version?: number;
  readonly error?: EventError;
  readonly line: number;
}

/**
 * In order of time; what is called in the nanosecond in which another returns is at the same time as that. `notes`
 * are told with every verdict.
 */
export function historyOfCalls(
  calls: readonly Call[],
  file: string,
  notes: readonly string[] = [],
): JepsenHistory {
  const marks = calls.flatMap((call) => [
    { call, ns: call.fromNs, isCall: true },
    { call, ns: call.toNs, isCall: false },
  ]);
  marks.sort((a, b) =>
    a.ns === b.ns ? Number(b.isCall) - Number(a.isCall) : a.ns < b.ns ? -1 : 1,
  );
  const origin = marks[0]?.ns ?? 0n;
  const usOf = (ns: bigint): number => Number(ns - origin) / 1_000;
  const begun = new Map<Call, Op>();
  const ended = new Map<Call, Op>();
  const [failed, endings, lines]: [Op[], Ending[], number[]] = [[], [], []];
  for (const [at, { call, ns, isCall }] of marks.entries()) {
    const op = begun.get(call);
    if (isCall || op === undefined) {
      begun.set(call, opened(call, begun.size, at, usOf(ns)));
      lines.push(call.line);
      continue;
    }
    const timeUs = usOf(ns);
    const { type, output, version, error = null } = call;
    if (type !== 'ok') endings.push({ op, type, timeUs, error });
    const end = { ret: at, retUs: timeUs };
    if (type === 'fail') failed.push({ ...op, ...end });
    if (type === 'ok') {
      ended.set(call, { ...op, ...end, output, ...(version !== undefined && { version }) });
    }
  }
  const ops = [...begun].flatMap(([call, op]) => {
    return call.type === 'fail' ? [] : [ended.get(call) ?? op];
  });
  const source = { file, lines, isNullUnknown: false };
  return { ops, failed, endings, invoked: calls.length, source, notes };
}

function opened({ process, f, key, input }: Call, id: number, call: number, callUs: number): Op {
  return { id, process, f, key, input, output: null, call, ret: never, callUs, retUs: Infinity };
}

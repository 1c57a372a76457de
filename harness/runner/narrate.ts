/**
 * Tells a run as steps: faults and operations, in the order in which they happened, and between them, as
 * notes without a number, who leads and when a fault ends.
 */
import { formatDuration } from '../core/duration.ts';
import type { History, OperationEvent } from '../core/history.ts';
import { isOperation } from '../core/history.ts';
import type { Json } from '../core/host.ts';
import { limits } from '../core/limits.ts';
import type { Program, Shape } from '../core/program.ts';
import { describeFault, nodeName } from '../faults/describe.ts';
import { RoleBook } from '../faults/resolve.ts';
import { noteMark, skippedMark } from '../report/steps.ts';
import { operationKind } from '../workload/families.ts';
import { show } from '../workload/kind.ts';

/** A line of a story. */
export interface Told {
  readonly timeUs: number;
  /** Without its time; of what is left out, how much that is. */
  readonly text: string;
  /** `step` is of the plan, `note` followed from it, `skipped` counts what is left out. */
  readonly kind: 'step' | 'note' | 'skipped';
  /** The operation, or the fault by its index in the plan, that it is about. */
  readonly op?: number;
  readonly fault?: number;
}

interface Step extends Told {
  /** Faults, and the operations that the explanation names. */
  readonly isKey: boolean;
  /** When it was over; of operations and faults. */
  readonly untilUs?: number;
}

/** Steps shown before and after each key step of a long run that no explanation narrows. */
const around = 1;

/**
 * One line a step, each with its time since the run began, as explanations have it. A long run is cut
 * to the operations `named` in the explanation and to what was in force while they ran, or was the
 * last fault before them; what is left out is counted. It is not proved that what is left out does
 * not matter: that takes more runs.
 */
export function stepsOf(
  program: Program,
  history: History,
  named: readonly number[] = [],
): string[] {
  return narrate(program, history, named).map(line);
}

/** The same as data. */
export function narrate(
  program: Program,
  history: History,
  named: readonly number[] = [],
): readonly Told[] {
  const told = [
    ...faultSteps(program, history),
    ...operationSteps(program.shape, history, new Set(named)),
  ];
  const steps = [...notes(program, history, told), ...told].sort((a, b) => a.timeUs - b.timeUs);
  if (steps.length <= limits.stepsPrintedMax) return steps;
  return shortened(steps, shownOf(steps));
}

/** Those steps of a long run that are shown. */
function shownOf(steps: readonly Step[]): ReadonlySet<Step> {
  const named = steps.filter((s) => s.isKey && s.fault === undefined);
  if (named.length === 0) {
    const isNear = (i: number): boolean =>
      steps.slice(Math.max(0, i - around), i + around + 1).some((s) => s.isKey);
    return new Set(steps.filter((_, i) => isNear(i)));
  }
  const fromUs = Math.min(...named.map((s) => s.timeUs));
  const toUs = Math.max(...named.map((s) => s.untilUs ?? s.timeUs));
  const before = steps.filter((s) => s.fault !== undefined && s.timeUs <= toUs);
  const inForce = before.filter((s) => (s.untilUs ?? Infinity) >= fromUs);
  const faults = inForce.length > 0 ? inForce : before.slice(-1);
  const notes = steps.filter((s) => s.kind === 'note' && s.timeUs >= fromUs && s.timeUs <= toUs);
  return new Set([...named, ...faults, ...notes]);
}

function shortened(steps: readonly Step[], shown: ReadonlySet<Step>): Told[] {
  const lines: Told[] = [];
  let skipped: Step[] = [];
  const tellSkipped = (timeUs: number): void => {
    const faults = skipped.filter((s) => s.fault !== undefined).length;
    const among = faults === 0 ? '' : `, ${faults} of them ${faults === 1 ? 'a fault' : 'faults'}`;
    const text = `${skipped.length} more${among}`;
    if (skipped.length > 0) lines.push({ kind: 'skipped', timeUs, text });
    skipped = [];
  };
  for (const step of steps) {
    if (!shown.has(step)) {
      // What followed from steps that are left out is none of them.
      if (step.kind !== 'note') skipped.push(step);
      continue;
    }
    tellSkipped(step.timeUs);
    lines.push(step);
  }
  tellSkipped(steps.at(-1)?.timeUs ?? 0);
  return lines;
}

function line({ kind, timeUs, text }: Told): string {
  if (kind === 'skipped') return `${skippedMark} ${text}`;
  return `${kind === 'note' ? noteMark : ''}${clock(timeUs)}  ${text}`;
}

/** Who led when it began and who came to lead later, and the ends of faults: as far as steps go. */
function notes({ shape, faults }: Program, history: History, steps: readonly Step[]): Step[] {
  const times = steps.map((s) => s.timeUs);
  const [fromUs, toUs] = [Math.min(...times), Math.max(...times)];
  const out: Step[] = [];
  let term = -1;
  for (const e of history.events) {
    if (e.timeUs > toUs) break;
    const note = (text: string): Step => {
      return { timeUs: Math.max(e.timeUs, fromUs), text, isKey: false, kind: 'note' };
    };
    if (e.type === 'fault' && e.phase === 'end') {
      const fault = faults[e.fault];
      if (fault !== undefined) out.push(note(`${fault.kind} ends`));
    }
    if (e.type !== 'observe' || e.value.kind !== 'role' || e.value.role !== 'leader') continue;
    if (e.value.term <= term) continue;
    term = e.value.term;
    // Of those before the story only the last one matters to it.
    if (e.timeUs < fromUs) out.length = 0;
    out.push(note(`${nodeName(shape, e.node)} leads (term ${term})`));
  }
  return out;
}

function faultSteps(program: Program, history: History): Step[] {
  const steps: Step[] = [];
  const roles = new RoleBook(program.shape);
  const ends = new Map<number, number>();
  for (const e of history.events) {
    if (e.type === 'fault' && e.phase === 'end') ends.set(e.fault, e.timeUs);
  }
  for (const e of history.events) {
    roles.event(e);
    if (e.type !== 'fault' || e.phase !== 'begin') continue;
    const fault = program.faults[e.fault];
    if (fault === undefined) continue;
    const lasts = formatDuration(fault.untilUs - fault.atUs);
    const text = `${describeFault(fault, program.shape, e, roles)} for ${lasts}`;
    const untilUs = ends.get(e.fault);
    const step = { kind: 'step', timeUs: e.timeUs, text, isKey: true, fault: e.fault } as const;
    steps.push(untilUs === undefined ? step : { ...step, untilUs });
  }
  return steps;
}

/** One step an operation: what was asked and how it ended. */
function operationSteps(shape: Shape, history: History, named: ReadonlySet<number>): Step[] {
  const steps: Step[] = [];
  const ends = new Map<number, OperationEvent>();
  for (const e of history.events) if (isOperation(e) && e.type !== 'invoke') ends.set(e.op, e);
  for (const e of history.events) {
    if (e.type !== 'invoke') continue;
    const end = ends.get(e.op);
    const text = `${clientName(shape, e)} ${describeAsked(e)} → ${describeEnd(shape, e, end)}`;
    const untilUs = end?.timeUs ?? e.timeUs;
    const isKey = named.has(e.op);
    steps.push({ kind: 'step', timeUs: e.timeUs, untilUs, text, isKey, op: e.op });
  }
  return steps;
}

/** `c1`: the client behind a process. */
function clientName(shape: Shape, { process }: OperationEvent): string {
  return `c${process % Math.max(1, shape.clients)}`;
}

/** Of an invocation: `write k0 = 7`. */
export function describeAsked(e: Pick<OperationEvent, 'f' | 'key' | 'value'>): string {
  const key = operationKind(e.f)?.namesKeys === true ? '' : ` ${e.key}`;
  return `${e.f}${key}${argument(e)}`;
}

/** `ok from server-2 after 3 ms`. */
export function describeEnd(shape: Shape, begin: OperationEvent, end?: OperationEvent): string {
  if (end === undefined) return 'no answer';
  const where = end.node === undefined ? '' : ` from ${nodeName(shape, end.node)}`;
  const took = formatDuration(end.timeUs - begin.timeUs);
  if (end.type === 'ok') return `ok${describeResult(begin.f, end.value)}${where} after ${took}`;
  const why = end.error === undefined ? '' : ` (${end.error})`;
  return `${end.type === 'info' ? 'unknown' : 'failed'}${why} after ${took}`;
}

/** What its family says of the result, after a space; nothing of one that its schema does not know. */
export function describeResult(f: string, value: Json): string {
  const kind = operationKind(f);
  const parsed = kind?.output.safeParse(value);
  return parsed?.success === true ? (kind?.describeOutput?.(parsed.data) ?? '') : '';
}

function argument({ f, value }: Pick<OperationEvent, 'f' | 'value'>): string {
  if (value === null) return '';
  const kind = operationKind(f);
  const parsed = kind?.input.safeParse(value);
  const told = parsed?.success === true ? kind?.describeInput?.(parsed.data) : undefined;
  return told ?? ` = ${show(value)}`;
}

function clock(us: number): string {
  return `${(us / 1_000_000).toFixed(3).padStart(8)} s`;
}

/** Tells a run as numbered steps: faults and operations, in the order in which they happened. */
import type { Fault, LinkTarget, NodeTarget } from '../core/fault.ts';
import { formatDuration } from '../core/duration.ts';
import type { FaultEvent, History, OperationEvent } from '../core/history.ts';
import { isOperation } from '../core/history.ts';
import type { Json, NodeId } from '../core/host.ts';
import { limits } from '../core/limits.ts';
import type { Program, Shape } from '../core/program.ts';
import { unreachable } from '../core/assert.ts';

interface Step {
  readonly timeUs: number;
  readonly text: string;
  /** Faults, and the operations that the explanation names: never left out. */
  readonly isKey: boolean;
}

/** Steps shown before and after each key step of a long run. */
const around = 1;

/**
 * One line a step, each with its time since the run began, as explanations have it. A long run is
 * cut to its faults, to the operations `named` in the explanation and to their neighbours; what is
 * left out is counted.
 */
export function stepsOf(
  program: Program,
  history: History,
  named: readonly number[] = [],
): string[] {
  const steps = [
    ...faultSteps(program, history),
    ...operationSteps(program.shape, history, new Set(named)),
  ].sort((a, b) => a.timeUs - b.timeUs);
  if (steps.length <= limits.stepsPrintedMax) return steps.map(line);
  const isShown = (i: number): boolean =>
    steps.slice(Math.max(0, i - around), i + around + 1).some((s) => s.isKey);
  const lines: string[] = [];
  let skipped = 0;
  steps.forEach((step, i) => {
    if (!isShown(i)) {
      skipped += 1;
      return;
    }
    if (skipped > 0) lines.push(`… ${skipped} more`);
    skipped = 0;
    lines.push(line(step));
  });
  if (skipped > 0) lines.push(`… ${skipped} more`);
  return lines;
}

function line(s: Step): string {
  return `${clock(s.timeUs)}  ${s.text}`;
}

function faultSteps(program: Program, history: History): Step[] {
  const steps: Step[] = [];
  for (const e of history.events) {
    if (e.type !== 'fault' || e.phase !== 'begin') continue;
    const fault = program.faults[e.fault];
    if (fault === undefined) continue;
    const lasts = formatDuration(fault.untilUs - fault.atUs);
    const text = `${describeFault(fault, program.shape, e)} for ${lasts}`;
    steps.push({ timeUs: e.timeUs, text, isKey: true });
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
    const text = describeOperation(shape, e, ends.get(e.op));
    steps.push({ timeUs: e.timeUs, text, isKey: named.has(e.op) });
  }
  return steps;
}

/** `c1 write k0 = 7 → ok on server-2 after 3 ms`. */
function describeOperation(shape: Shape, e: OperationEvent, end?: OperationEvent): string {
  const asked = `c${e.process % Math.max(1, shape.clients)} ${e.f} ${e.key}${argument(e)}`;
  if (end === undefined) return `${asked} → no answer`;
  const where = end.node === undefined ? '' : ` from ${nodeName(shape, end.node)}`;
  const took = formatDuration(end.timeUs - e.timeUs);
  if (end.type === 'ok') {
    const hasResult = e.f.startsWith('read') || e.f === 'lookup' || e.f === 'acquire';
    const result = hasResult ? ` ${show(end.value)}` : '';
    return `${asked} → ok${result}${where} after ${took}`;
  }
  const why = end.error === undefined ? '' : ` (${end.error})`;
  return `${asked} → ${end.type === 'info' ? 'unknown' : 'failed'}${why} after ${took}`;
}

function argument(e: OperationEvent): string {
  if (e.value === null) return '';
  if (e.f === 'cas' && Array.isArray(e.value)) {
    return ` ${show(e.value[0] as Json)} → ${show(e.value[1] as Json)}`;
  }
  return ` = ${show(e.value)}`;
}

/** A fault in words, with the nodes it was resolved to when `event` is given. */
export function describeFault(fault: Fault, shape: Shape, event?: FaultEvent): string {
  const nodes = (t: NodeTarget): string =>
    event === undefined ? target(t, shape) : `${role(t)}${names(shape, event.nodes)}`;
  switch (fault.kind) {
    case 'partition':
      return `partition (${fault.mode}) ${links(fault.links, shape)}${where(shape, event)}`;
    case 'latency':
      return `latency ${formatDuration(fault.delayUs)} ± ${formatDuration(fault.jitterUs)} ${links(fault.links, shape)}${where(shape, event)}`;
    case 'loss':
    case 'duplicate':
    case 'reorder':
      return `${fault.kind} of ${fault.permille / 10} % ${links(fault.links, shape)}${where(shape, event)}`;
    case 'bandwidth':
      return `bandwidth ${fault.rate} KB/s ${links(fault.links, shape)}${where(shape, event)}`;
    case 'crash':
    case 'pause':
      return `${fault.kind} ${nodes(fault.nodes)}`;
    case 'clock':
      return `clock ${formatDuration(Math.abs(fault.jumpUs))} ${fault.jumpUs < 0 ? 'back' : 'ahead'}, drift ${fault.driftPpm} ppm, of ${nodes(fault.nodes)}`;
    case 'disk':
      return `disk slower by ${formatDuration(fault.delayUs)} on ${nodes(fault.nodes)}`;
    default:
      return unreachable(fault);
  }
}

function links(l: LinkTarget, shape: Shape): string {
  return `${target(l.from, shape)} ${l.bothWays ? '⇎' : '⇏'} ${target(l.to, shape)}`;
}

function target(t: NodeTarget, shape: Shape): string {
  switch (t.of) {
    case 'node':
      return nodeName(shape, t.node);
    case 'nodes':
      return names(shape, t.nodes);
    case 'role':
      return `all with role ${t.role}`;
    case 'service':
      return `service ${t.service}`;
    case 'zone':
      return `zone ${t.zone}`;
    case 'leader':
    case 'follower':
    case 'followers':
    case 'minority':
    case 'majority':
    case 'servers':
    case 'clients':
    case 'everyone':
      return t.of;
    default:
      return unreachable(t);
  }
}

function role(t: NodeTarget): string {
  return t.of === 'node' || t.of === 'nodes' ? '' : `${t.of} `;
}

function where(shape: Shape, event: FaultEvent | undefined): string {
  return event === undefined || event.nodes.length === 0 ? '' : ` (${names(shape, event.nodes)})`;
}

function names(shape: Shape, nodes: readonly NodeId[]): string {
  return nodes.map((n) => nodeName(shape, n)).join(', ');
}

/** `server-0`, or `c1` for the second workload client. */
export function nodeName(shape: Shape, node: NodeId): string {
  return shape.nodes[node]?.name ?? `c${node - shape.nodes.length}`;
}

function show(value: Json): string {
  return value === null ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value);
}

function clock(us: number): string {
  return `${(us / 1_000_000).toFixed(3).padStart(8)} s`;
}

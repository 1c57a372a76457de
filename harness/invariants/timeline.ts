/** What happened to the cluster, read once from a history: faults, processes, stalls. */
import type { FaultEvent, History } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import type { Program } from '../core/program.ts';
import { definitionOf } from '../faults/kinds.ts';

export interface FaultSpan {
  readonly kind: string;
  readonly nodes: readonly NodeId[];
  readonly fromUs: number;
  /** Infinity when it was not healed before the run's own end. */
  readonly toUs: number;
}

/** When each fault was in force. One that lasts to the program's end was never healed. */
export function faultSpans(history: History, program: Program): FaultSpan[] {
  const open = new Map<number, FaultEvent>();
  const spans: FaultSpan[] = [];
  const finalUs = history.readyUs + program.durationUs;
  for (const e of history.events) {
    if (e.type !== 'fault') continue;
    if (e.phase === 'begin') open.set(e.fault, e);
    const begin = open.get(e.fault);
    if (e.phase !== 'end' || begin === undefined) continue;
    open.delete(e.fault);
    spans.push(span(begin, e.timeUs >= finalUs ? Infinity : e.timeUs, program));
  }
  for (const begin of open.values()) spans.push(span(begin, Infinity, program));
  return spans;
}

/** Was none of `spans` in force at any time of these, µs? */
export function wasQuiet(spans: readonly FaultSpan[], fromUs: number, toUs: number): boolean {
  return spans.every((s) => s.fromUs > toUs || s.toUs < fromUs);
}

function span(begin: FaultEvent, toUs: number, program: Program): FaultSpan {
  const nodes = cutOff(begin, program) ?? begin.nodes;
  return { kind: begin.kind, nodes, fromUs: begin.timeUs, toUs };
}

/** Of a fault of the links between some nodes and everybody: those nodes, not everybody. */
function cutOff(begin: FaultEvent, program: Program): readonly NodeId[] | null {
  const fault = program.faults[begin.fault];
  if (fault === undefined || !('links' in fault)) return null;
  const { from, to } = fault.links;
  const sides = to.of === 'everyone' ? from : from.of === 'everyone' ? to : null;
  if (sides?.of === 'nodes') return sides.nodes;
  return sides?.of === 'node' ? [sides.node] : null;
}

/** The end of the last fault that was healed; when the cluster was ready if there was none. */
export function lastHealUs(history: History, spans: readonly FaultSpan[]): number {
  let atUs = history.readyUs;
  for (const s of spans) if (s.toUs !== Infinity) atUs = Math.max(atUs, s.toUs);
  return atUs;
}

/** Nodes that a fault had still in its grip at the end of the run. */
export function stillBroken(spans: readonly FaultSpan[]): ReadonlySet<NodeId> {
  return new Set(spans.flatMap((s) => (s.toUs === Infinity ? s.nodes : [])));
}

/** All lateness that drivers reported: bounds grow by it. */
export function stalledUs(history: History): number {
  let sum = 0;
  for (const e of history.events) if (e.type === 'stall') sum += e.lateUs;
  return sum;
}

/** What clocks may be wrong by, ppm: all clock faults of the plan together, for several may hit one node. */
export function driftPpm(program: Program): number {
  return program.faults.reduce((sum, f) => sum + (definitionOf(f.kind)?.driftPpm?.(f) ?? 0), 0);
}

/** How much longer a node may take for a time by its own clock: 1 + that drift. */
export function driftFactor(program: Program): number {
  return 1 + driftPpm(program) / 1_000_000;
}

/** A policy time of the promise, as long as it is in this run. */
export function policyUs(us: number, program: Program): number {
  return Math.ceil((us / program.settings.policyDivisor) * driftFactor(program));
}

/** When each process last started, and which are down at the end. Clients have no events. */
export function processes(history: History): {
  readonly startedUs: ReadonlyMap<NodeId, number>;
  readonly down: ReadonlySet<NodeId>;
} {
  const startedUs = new Map<NodeId, number>();
  const down = new Set<NodeId>();
  for (const e of history.events) {
    if (e.type !== 'node') continue;
    if (e.change === 'started') {
      startedUs.set(e.node, e.timeUs);
      down.delete(e.node);
    } else if (e.timeUs < history.endUs) down.add(e.node);
  }
  return { startedUs, down };
}

/** What the invariants share when they explain themselves. */
import { formatDuration } from '../core/duration.ts';
import { isOperation } from '../core/history.ts';
import type { HistoryEvent } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import type { Program } from '../core/program.ts';

/** `server-0`, or `client 2` for a workload client. */
export function nameNode(program: Program, node: NodeId): string {
  const { nodes } = program.shape;
  return nodes[node]?.name ?? `client ${node - nodes.length}`;
}

/** `at 3.1 s`. */
export function when(timeUs: number): string {
  return `at ${formatDuration(timeUs)}`;
}

/** Whom an event is about, at the beginning of a sentence. */
export function describeWho(program: Program, e: HistoryEvent): string {
  if (isOperation(e)) return `Process ${e.process}`;
  return 'node' in e && e.node !== undefined ? nameNode(program, e.node) : 'Somebody';
}

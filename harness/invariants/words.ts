/** What the invariants share when they explain themselves. */
import { formatDuration } from '../core/duration.ts';
import type { History } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import type { Monitor } from '../core/invariant.ts';
import type { Program } from '../core/program.ts';
import type { Explanation } from '../core/verdict.ts';

/** `server-0`, or `client 2` for a workload client. */
export function nameNode(program: Program, node: NodeId): string {
  const { nodes } = program.shape;
  return nodes[node]?.name ?? `client ${node - nodes.length}`;
}

/** `at 3.1 s`. */
export function when(timeUs: number): string {
  return `at ${formatDuration(timeUs)}`;
}

/** Shows a recorded history to a monitor: its first violation, or null. */
export function replay(monitor: Monitor, history: History): Explanation | null {
  for (const e of history.events) {
    const explanation = monitor.event(e);
    if (explanation !== null) return explanation;
  }
  return null;
}

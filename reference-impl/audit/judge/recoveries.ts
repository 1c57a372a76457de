/** When servers were in Recovery, by what they said of their modes. */
import type { HistoryEvent, NodeId, Program } from '../../../harness/spec.ts';
import type {} from '../../mode/observations.ts';

export interface Recovery {
  readonly node: NodeId;
  readonly fromUs: number;
  /** It ended, or the run did. */
  readonly untilUs: number;
  /** It led to Target. */
  readonly isDone: boolean;
}

/** A change of a setting that was asked for in Recovery may be told of so much later, µs: by a disk, and a leader. */
const lateUs = 5_000_000;

export function recoveriesOf(events: readonly HistoryEvent[], { shape }: Program): Recovery[] {
  const open = new Map<NodeId, number>();
  const found: Recovery[] = [];
  for (const e of events) {
    if (e.type !== 'observe' || e.value.kind !== 'mode') continue;
    if (shape.nodes[e.node]?.role !== 'server') continue;
    const fromUs = open.get(e.node);
    open.delete(e.node);
    if (fromUs !== undefined) {
      const isDone = e.value.to === 'target';
      found.push({ node: e.node, fromUs, untilUs: e.timeUs + lateUs, isDone });
    }
    if (e.value.to === 'recovery') open.set(e.node, e.timeUs);
  }
  for (const [node, fromUs] of open) {
    found.push({ node, fromUs, untilUs: Infinity, isDone: false });
  }
  return found;
}

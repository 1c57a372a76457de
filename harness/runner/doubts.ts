/** What makes a run prove less than its promises alone would say: nodes that died, recovery not shown. */
import { formatDuration } from '../core/duration.ts';
import { isOperation } from '../core/history.ts';
import type { FaultEvent, History, HistoryEvent, NodeEvent } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import type { Program } from '../core/program.ts';
import { doesAny } from '../faults/harms.ts';

/** Failures told; the others are counted. */
const toldMax = 3;

/** Nodes that ended by themselves and not of their disks or for want of memory, when and why; null when none did. */
export function whoFailed(history: History, { shape }: Program): string | null {
  const broken = new Map<NodeId, number>();
  const failed = history.events.filter((e): e is NodeEvent => {
    if (e.type === 'fault' && doesAny(e.kind, 'breaks-disks', 'starves-nodes'))
      countBroken(e, broken);
    // Whose disk fails, or who gets no memory, is right to stop.
    return isFailure(e) && !broken.has(e.node);
  });
  if (failed.length === 0) return null;
  const told = failed.slice(0, toldMax).map((e) => {
    const name = shape.nodes[e.node]?.name ?? `node ${e.node}`;
    const at = formatDuration(Math.max(0, e.timeUs - history.readyUs));
    return `${name} ended by itself after ${at}: ${e.reason ?? 'it did not say why'}`;
  });
  const rest = failed.length - told.length;
  return [...told, ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ');
}

/** How many faults by which it may end are in force at each node; none where none is. */
function countBroken({ phase, nodes }: FaultEvent, broken: Map<NodeId, number>): void {
  if (phase === 'effective') return;
  for (const node of nodes) {
    const now = (broken.get(node) ?? 0) + (phase === 'begin' ? 1 : -1);
    if (now > 0) broken.set(node, now);
    else broken.delete(node);
  }
}

function isFailure(e: HistoryEvent): e is NodeEvent {
  return e.type === 'node' && e.change === 'failed';
}

export interface Recovery {
  /** Why the run is unknown: recovery was tried and not seen. */
  readonly doubt: string | null;
  /** What was not tried, though it changes no verdict. */
  readonly remark: string | null;
}

const quiet: Recovery = { doubt: null, remark: null };

/**
 * Looks behind the end of the last fault that was healed. Of what began there something must have been
 * answered (`fail` is an answer as well), unless none of it was waited for until its deadline. That
 * nothing began there is a remark: safety was judged all the same, recovery was not.
 */
export function recoveryOf(history: History, program: Program): Recovery {
  const healedUs = lastHealUs(history, program);
  if (healedUs === null) return quiet;
  const began = new Map<number, number>();
  let answered = 0;
  let lost = 0;
  for (const e of history.events) {
    if (e.timeUs < healedUs) continue;
    if (e.type === 'load') {
      if (e.began > 0) began.set(e.op, began.get(e.op) ?? e.timeUs);
      answered += e.ok + e.fail;
      // What is given up before that was sent before the heal.
      if (e.timeUs - healedUs > program.settings.deadlineUs) lost += e.info;
    }
    if (!isOperation(e)) continue;
    if (e.type === 'invoke') began.set(e.op, e.timeUs);
    else if (began.has(e.op)) {
      if (e.type !== 'info') answered += 1;
      else if (e.timeUs - (began.get(e.op) as number) >= program.settings.deadlineUs) lost += 1;
    }
  }
  if (began.size === 0) {
    return { ...quiet, remark: 'nothing was tried after the last fault had ended' };
  }
  if (answered > 0 || lost === 0) return quiet;
  const doubt = `${lost} operations began after the last fault had ended, and none was answered`;
  return { ...quiet, doubt };
}

/** When the last fault ended that ended before the run did; null when there was none. */
function lastHealUs(history: History, { faults, durationUs }: Program): number | null {
  let lastUs: number | null = null;
  for (const e of history.events) {
    if (e.type !== 'fault' || e.phase !== 'end') continue;
    // What lasts until the end of the run is in force to the end: nothing recovers from it.
    if ((faults[e.fault]?.untilUs ?? durationUs) >= durationUs) return null;
    lastUs = e.timeUs;
  }
  return lastUs;
}

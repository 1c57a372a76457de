/** How long the system takes to serve changes again after a fault met whoever led it. */
import type { FaultEvent } from '../core/history.ts';
import { isOperation } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import type { Metric, MetricReader } from '../core/metric.ts';
import { doesAny } from '../faults/harms.ts';
import { changesNothing } from './reads.ts';

/** A fault that met the leader, after which nothing has been changed so far. */
interface Lost {
  readonly begin: FaultEvent;
  /** Null: it has not taken effect yet. */
  effectiveUs: number | null;
}

/**
 * From the begin of a fault that ends, stops or cuts off the leader, to the first `ok` of a change that was
 * called after it took effect. Where nobody can tell who leads there is no such time; one that has not ended
 * with the run is not among them.
 */
export const failoverSeconds: Metric = {
  name: 'antlion_failover_seconds',
  help: 'From a fault of whoever led to the first change that was made by an operation called after it.',
  type: 'histogram',
  labels: ['kind'],
  buckets: [0.1, 0.2, 0.5, 1, 2, 5, 10, 20],
  reader(): MetricReader {
    let leader: NodeId | null = null;
    let lost: Lost | null = null;
    const called = new Map<number, number>();
    return (e) => {
      if (e.type === 'observe' && e.value.kind === 'role' && e.value.role === 'leader') {
        leader = e.node;
      } else if (e.type === 'fault') {
        lost = afterFault(lost, e, leader);
      } else if (isOperation(e) && !changesNothing(e.f)) {
        const callUs = e.type === 'invoke' ? e.timeUs : called.get(e.op);
        if (e.type === 'invoke') called.set(e.op, e.timeUs);
        else called.delete(e.op);
        if (e.type !== 'ok' || lost === null || lost.effectiveUs === null) return [];
        if (callUs === undefined || callUs < lost.effectiveUs) return [];
        const { kind, timeUs } = lost.begin;
        lost = null;
        return [{ value: (e.timeUs - timeUs) / 1e6, labels: { kind } }];
      }
      return [];
    };
  },
};

/** Of several at once the first counts, until something is changed again. */
function afterFault(lost: Lost | null, e: FaultEvent, leader: NodeId | null): Lost | null {
  if (lost !== null) {
    if (e.phase === 'effective' && e.fault === lost.begin.fault) lost.effectiveUs = e.timeUs;
    // It never met anybody.
    const isVain = e.phase === 'end' && e.fault === lost.begin.fault && lost.effectiveUs === null;
    return isVain ? null : lost;
  }
  const isMet = e.phase === 'begin' && leader !== null && e.nodes.includes(leader);
  if (!isMet || !doesAny(e.kind, 'ends-nodes', 'stops-nodes', 'cuts-links')) return null;
  return { begin: e, effectiveUs: null };
}

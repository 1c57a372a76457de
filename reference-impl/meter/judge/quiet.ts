/** What nodes said of their traffic while nothing was wrong: the only time at which cost can be judged. */
import { faultSpans } from '../../../harness/spec.ts';
import type { History, HistoryEvent, NodeId, Program } from '../../../harness/spec.ts';
import type { TrafficObservation } from '../observations.ts';

export interface QuietTraffic {
  readonly node: NodeId;
  readonly timeUs: number;
  readonly tookUs: number;
  readonly traffic: TrafficObservation;
}

/**
 * Reports of `lane` from times in which, and for `settleUs` before, no fault was in force, no process
 * came or went or stood still, and nothing was observed that `isUnrest` counts as such.
 */
export function quietTraffic(
  history: History,
  program: Program,
  o: {
    readonly lane: string;
    readonly settleUs: number;
    readonly isUnrest: (e: HistoryEvent) => boolean;
  },
): QuietTraffic[] {
  const spans = faultSpans(history, program);
  const unrestUs = history.events.flatMap((e) =>
    e.type === 'node' || e.type === 'stall' || o.isUnrest(e) ? [e.timeUs] : [],
  );
  return history.events.flatMap((e): QuietTraffic[] => {
    if (e.type !== 'observe' || e.value.kind !== 'traffic' || e.value.lane !== o.lane) return [];
    const { node, timeUs, value: traffic } = e;
    const tookUs = traffic.untilUs - traffic.fromUs;
    const sinceUs = timeUs - tookUs - o.settleUs;
    const isQuiet =
      sinceUs >= history.readyUs &&
      !spans.some((s) => s.fromUs <= timeUs && s.toUs >= sinceUs) &&
      !unrestUs.some((us) => us >= sinceUs && us <= timeUs);
    return isQuiet ? [{ node, timeUs, tookUs, traffic }] : [];
  });
}

export function messagesOf(of: TrafficObservation['sent'], kind: string): number {
  return of[kind]?.messages ?? 0;
}

export function bytesOf(of: TrafficObservation['sent'], kind: string): number {
  return of[kind]?.bytes ?? 0;
}

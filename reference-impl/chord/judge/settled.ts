/** Lookups while nothing has changed for a while, with who was there: by what nodes said of their places. */
import type { History, NodeId, OperationEvent } from '../../../harness/spec.ts';
import type {} from '../observations.ts';

export interface Lookup {
  readonly begun: OperationEvent;
  /** Null: no answer. */
  readonly ended: OperationEvent | null;
  readonly places: ReadonlyMap<NodeId, number>;
}

/** After a node came or went, the ring has so long to mend its neighbours and all fingers, µs. */
const settleUs = 12_000_000;
/** An answer is on its way no longer than this, µs. */
const answerUs = 1_000_000;

export function settledLookups(history: History): Lookup[] {
  const changesUs = history.events.flatMap((e) =>
    e.type === 'node' || e.type === 'fault' ? [e.timeUs] : [],
  );
  const isSettled = (us: number): boolean =>
    us >= settleUs && changesUs.every((c) => us < c - answerUs || us > c + settleUs);
  const ends = new Map(
    history.events.flatMap((e) =>
      e.type === 'ok' || e.type === 'fail' || e.type === 'info' ? [[e.op, e]] : [],
    ),
  );
  const places = new Map<NodeId, number>();
  const found: Lookup[] = [];
  for (const e of history.events) {
    if (e.type === 'node' && e.change !== 'started') places.delete(e.node);
    if (e.type === 'observe' && e.value.kind === 'ring-place') places.set(e.node, e.value.place);
    if (e.type !== 'invoke' || e.f !== 'locate' || !isSettled(e.timeUs)) continue;
    const ended = ends.get(e.op) ?? null;
    if (ended === null && history.endUs < e.timeUs + answerUs) continue;
    // Nobody is asked who is not there.
    if (places.has(Number(e.value))) found.push({ begun: e, ended, places: new Map(places) });
  }
  return found;
}

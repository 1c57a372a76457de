/** Who had each lock for sure, a row for each client that had it: where two overlap is the contradiction. */
import { grantOf } from '../../checkers/locks/lock-operations.ts';
import { operationsOf } from '../../checkers/operations.ts';
import type { HistoryEvent } from '../../core/history.ts';
import type { LaneView, SegmentView } from '../view.ts';

/**
 * From the return of each `acquire` of `key` to the call of its process's next `release`, and no longer than
 * the TTL counted from the call. `names` are those of the clients.
 */
export function lockLanes(
  events: readonly HistoryEvent[],
  key: string,
  names: readonly string[],
  endUs: number,
): LaneView[] {
  const ops = operationsOf(events, (f) => f === 'acquire' || f === 'release');
  const lanes = new Map<string, SegmentView[]>();
  for (const op of ops.filter((o) => o.key === key)) {
    const grant = grantOf(op);
    if (grant === null || op.output === null) continue;
    const release = ops.find(
      (r) => r.f === 'release' && r.key === key && r.process === op.process && r.call > op.ret,
    );
    const leaseEndsUs = op.callUs + (grant.ttlUs ?? Infinity);
    const untilUs = Math.min(release?.callUs ?? endUs, leaseEndsUs, endUs);
    if (untilUs <= op.retUs) continue;
    const name = names[op.process % Math.max(1, names.length)] ?? `process ${op.process}`;
    const segments = lanes.get(name) ?? [];
    lanes.set(name, segments);
    const text = untilUs === leaseEndsUs ? 'until its lease ends' : 'holds it';
    segments.push({ fromUs: op.retUs, untilUs, look: 'held', text, more: '' });
  }
  const all = [...lanes.values()].flat();
  return [...lanes].map(([name, segments]) => ({
    label: `${key}: ${name}`,
    kind: 'object',
    segments: segments.map((s) => {
      const meets = all.some(
        (o) => !segments.includes(o) && o.fromUs < s.untilUs && o.untilUs > s.fromUs,
      );
      return meets ? { ...s, look: 'clash', text: `${s.text}, as another does` } : s;
    }),
  }));
}

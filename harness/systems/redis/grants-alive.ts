/** A lock that is handed out is good for something: what is left of its lease is looked at when it comes. */
import { formatDuration } from '../../core/duration.ts';
import { type History, isOperation } from '../../core/history.ts';
import type { Invariant } from '../../core/invariant.ts';
import type { Verdict } from '../../core/verdict.ts';

const id = 'grants-alive';
const claim =
  'A lock that is handed out has not ended yet: its TTL is counted from the call of acquire.';

/** Of whoever says that it looks: an acquire that ends well takes less than the TTL that it asked for. */
export const grantsAlive: Invariant = {
  id,
  area: 'COORDINATION',
  claim,
  faultModel: 'any faults of servers and links; clients that do not stand still',
  judge,
};

function judge({ events }: History): Verdict {
  const asked = new Map<number, { readonly atUs: number; readonly ttlUs: number }>();
  let grants = 0;
  for (const e of events) {
    if (!isOperation(e) || e.f !== 'acquire') continue;
    if (e.type === 'invoke') {
      const { ttlUs } = Object(e.value) as { readonly ttlUs?: number };
      if (ttlUs !== undefined) asked.set(e.op, { atUs: e.timeUs, ttlUs });
    }
    const call = asked.get(e.op);
    if (e.type !== 'ok' || call === undefined) continue;
    grants += 1;
    const lateUs = e.timeUs - call.atUs - call.ttlUs;
    if (lateUs <= 0) continue;
    const sentences = [
      `Acquire ${e.op} of ${e.key} was called ${formatDuration(e.timeUs - call.atUs)} before it ended well, for ${formatDuration(call.ttlUs)}.`,
      `So the lock had ended ${formatDuration(lateUs)} before its client was handed it.`,
    ];
    return {
      kind: 'violated',
      invariant: id,
      claim,
      explanation: { atUs: e.timeUs, sentences, ops: [e.op] },
    };
  }
  if (grants === 0) return { kind: 'unknown', invariant: id, reason: 'no acquire succeeded' };
  return { kind: 'holds', invariant: id, basis: `${grants} grants` };
}

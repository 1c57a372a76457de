/**
 * CONSISTENCY: what is told to have failed was not done (W1): whoever hears it asks somebody else, and the same would be
 * done twice.
 *
 * Judged where a key is asked for once in the whole run, so that who handled it handled that request.
 */
import { nameNode, when } from '../../../harness/spec.ts';
import type {
  History,
  Invariant,
  ObservationEvent,
  Program,
  Verdict,
} from '../../../harness/spec.ts';

const id = 'refused-unhandled';
const claim = 'No member handles a request that its client is told has failed.';

export function refusedUnhandled(): Invariant {
  return { id, area: 'CONSISTENCY', claim, faultModel: 'any faults but repeated messages', judge };
}

function judge({ events }: History, program: Program): Verdict {
  const asked = new Map<string, number>();
  const handled = new Map<string, ObservationEvent>();
  for (const e of events) {
    if (e.type === 'invoke' && e.f === 'ask-ring') asked.set(e.key, (asked.get(e.key) ?? 0) + 1);
    if (e.type !== 'observe' || e.value.kind !== 'handled') continue;
    if (!handled.has(e.value.key)) handled.set(e.value.key, e);
  }
  let failed = 0;
  for (const e of events) {
    if (e.type !== 'fail' || e.f !== 'ask-ring' || asked.get(e.key) !== 1) continue;
    failed += 1;
    const by = handled.get(e.key);
    if (by === undefined) continue;
    const sentences = [
      `Process ${e.process} was told ${when(e.timeUs)} that its request of ${e.key} has failed.`,
      `${nameNode(program, by.node)} handled it ${when(by.timeUs)}.`,
    ];
    const explanation = { atUs: Math.max(e.timeUs, by.timeUs), sentences, ops: [e.op] };
    return { kind: 'violated', invariant: id, claim, explanation };
  }
  if (handled.size === 0) return { kind: 'unknown', invariant: id, reason: 'nothing was handled' };
  return { kind: 'holds', invariant: id, basis: `${failed} requests that failed` };
}

/** EFFICIENCY: when the ring has settled, whoever is asked names the first node at or after a key (W4). */
import { nameNode, when } from '../../../harness/spec.ts';
import type { History, Invariant, Program, Verdict } from '../../../harness/spec.ts';
import { settledLookups } from './settled.ts';

const id = 'lookup-right';
const claim =
  'Some time after nodes came and went, each node that is asked names the one that owns a key: the first at or after its place.';

export function lookupRight(): Invariant {
  return { id, area: 'EFFICIENCY', claim, faultModel: 'crashes that are over', judge };
}

function judge(history: History, program: Program): Verdict {
  const lookups = settledLookups(history);
  for (const { begun, ended, places } of lookups) {
    const asked = `${nameNode(program, Number(begun.value))} was asked for ${begun.key} ${when(begun.timeUs)}, when nothing had changed for a while`;
    const told = ended?.type === 'ok' ? (ended.value as { owner: number; place: number }) : null;
    const first = told === null ? null : ownerOf(told.place, places);
    if (told !== null && told.owner === first) continue;
    const why =
      told === null
        ? 'It did not answer.'
        : `It named ${nameNode(program, told.owner)}; the first at or after it was ${nameNode(program, first ?? 0)}.`;
    const explanation = {
      atUs: ended?.timeUs ?? history.endUs,
      sentences: [`${asked}.`, why],
      ops: [begun.op],
    };
    return { kind: 'violated', invariant: id, claim, explanation };
  }
  if (lookups.length === 0)
    return { kind: 'unknown', invariant: id, reason: 'nobody was asked while nothing changed' };
  return { kind: 'holds', invariant: id, basis: `${lookups.length} lookups` };
}

function ownerOf(place: number, places: ReadonlyMap<number, number>): number | null {
  let best: number | null = null;
  let least = Infinity;
  for (const [node, at] of places) {
    const far = (at - place) >>> 0;
    if (far < least) [best, least] = [node, far];
  }
  return best;
}

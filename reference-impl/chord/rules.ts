/** What a peer of the ring decides. */
import type { NodeId } from '../../harness/core/host.ts';
import { distance, placeOf, stepTo } from './ring.ts';
import type { Step, View } from './ring.ts';

export interface ChordRules {
  step(place: number, v: View): Step | null;
  /** Its successor has a predecessor: does that come between them? */
  isBetween(self: NodeId, other: NodeId, successor: NodeId): boolean;
  /** Is a node gone that has not answered for so long? */
  isLost(silentUs: number, lostUs: number): boolean;
}

export const chordRules: ChordRules = {
  step: stepTo,
  isBetween(self, other, successor) {
    if (other === self || other === successor) return false;
    const at = placeOf(self);
    const next = successor === self ? 2 ** 32 : distance(at, placeOf(successor));
    return distance(at, placeOf(other)) < next;
  },
  isLost: (silentUs, lostUs) => silentUs >= lostUs,
};

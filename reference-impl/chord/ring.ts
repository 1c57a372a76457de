/** Places on a circle of 2³², and the way from one to the next (Stoica and others, IEEE/ACM ToN 2003, figure 5). */
import type { NodeId } from '../../harness/core/host.ts';
import { hash32 } from '../hashing/hash.ts';

export const placeOf = (node: NodeId): number => hash32(`node ${node}`);

/** How far it is from `a` to `b`, clockwise. */
export const distance = (a: number, b: number): number => (b - a) >>> 0;

/** Is `x` in (a, b], clockwise? The whole circle where they are one. */
export function isWithin(x: number, a: number, b: number): boolean {
  return a === b || (x !== a && distance(a, x) <= distance(a, b));
}

/** What a node knows of the others. */
export interface View {
  readonly self: NodeId;
  readonly predecessor: NodeId | null;
  /** The next ones, in order; empty before it has joined. */
  readonly successors: readonly NodeId[];
  /** Number i: the first at 2^i or further from here. */
  readonly fingers: readonly (NodeId | null)[];
}

export type Step = { readonly owner: NodeId } | { readonly next: NodeId };

/** Who owns a place, or who is asked next; null: nobody is known yet. */
export function stepTo(place: number, v: View): Step | null {
  const at = placeOf(v.self);
  const [first] = v.successors;
  if (first === undefined) return null;
  if (v.predecessor !== null && isWithin(place, placeOf(v.predecessor), at))
    return { owner: v.self };
  if (isWithin(place, at, placeOf(first))) return { owner: first };
  let best = first;
  let far = distance(at, placeOf(first));
  const before = distance(at, place);
  for (const node of [...v.fingers, ...v.successors]) {
    if (node === null) continue;
    const d = distance(at, placeOf(node));
    if (d > far && d < before) [best, far] = [node, d];
  }
  return { next: best };
}

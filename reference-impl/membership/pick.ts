/** Random choice among the members that fit, without a list of them. */
import type { NodeId, World } from '../../harness/core/host.ts';

export interface Choice {
  readonly count: number;
  /** Members have ids 0…size−1. */
  readonly size: number;
  readonly fits: (member: NodeId) => boolean;
}

/** Up to `count` different members, uniformly as long as many fit; all that fit when few do. */
export function pickMembers(w: World, { count, size, fits }: Choice): NodeId[] {
  const out: NodeId[] = [];
  for (let tries = 3 * count; out.length < count && tries > 0; tries--) {
    const m = w.random(size);
    if (fits(m) && !out.includes(m)) out.push(m);
  }
  if (out.length === count) return out;
  // Few fit: take the next ones from somewhere, rather than draw in vain.
  for (let i = 0, at = w.random(size); i < size && out.length < count; i++) {
    const m = (at + i) % size;
    if (fits(m) && !out.includes(m)) out.push(m);
  }
  return out;
}

/**
 * Round-robin over all members in random order (SWIM §4.3), without storing a permutation.
 *
 * Step i of a round is (a·i + b) mod n with a and n coprime, both drawn anew for each round. So every
 * member is probed once a round, and the time between two probes of one is at most 2n − 1 periods.
 */
import type { NodeId, World } from '../../harness/core/host.ts';

export class ProbeOrder {
  private readonly size: number;
  private step = 1;
  private next = 0;
  private left = 0;

  constructor(size: number) {
    this.size = size;
  }

  /** The next member for which `isWanted`, or null when a whole round has none. */
  advance(w: World, isWanted: (member: NodeId) => boolean): NodeId | null {
    for (let tries = 0; tries < 2 * this.size; tries++) {
      if (this.left === 0) this.draw(w);
      const member = this.next;
      this.next = (this.next + this.step) % this.size;
      this.left -= 1;
      if (isWanted(member)) return member;
    }
    return null;
  }

  private draw(w: World): void {
    this.left = this.size;
    this.next = w.random(this.size);
    this.step = 1 + w.random(this.size);
    // Coprime numbers lie close together: a few steps up finds one (at worst 1 + n, which is 1).
    while (gcd(this.step, this.size) !== 1) this.step += 1;
  }
}

function gcd(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

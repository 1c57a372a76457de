/** What a peer holds, worked out from what it said of each lease. */
import { policyNumbers } from './numbers.ts';
import type { Numbers } from './numbers.ts';
import type { HistoryEvent, NodeId, Program } from '../../../harness/spec.ts';
import type {} from '../observations.ts';

export interface PeerFacts {
  /** When each was last registered or renewed. */
  readonly seenUs: Map<string, number>;
  /** Of the last window and a little more. */
  renewalsUs: number[];
}

/** All peers of one run. A process that starts holds nothing. */
export class Peers {
  readonly numbers: Numbers;
  readonly of = new Map<NodeId, PeerFacts>();

  constructor(program: Program) {
    this.numbers = policyNumbers(program);
  }

  /** Before an eviction is taken in, ask `renewals` and the like. */
  take(e: HistoryEvent): void {
    if (e.type === 'node') this.of.delete(e.node);
    if (e.type !== 'observe' || e.value.kind !== 'eureka-lease') return;
    const { change, instance } = e.value;
    const peer = this.peer(e.node);
    if (change === 'cancelled' || change === 'evicted') peer.seenUs.delete(instance);
    else peer.seenUs.set(instance, e.timeUs);
    if (change === 'renewed') peer.renewalsUs.push(e.timeUs);
  }

  peer(node: NodeId): PeerFacts {
    const known = this.of.get(node) ?? { seenUs: new Map(), renewalsUs: [] };
    this.of.set(node, known);
    return known;
  }

  /** Thousandths of the renewals that whom it holds would have made in the window before `timeUs`. */
  renewedPermille(node: NodeId, timeUs: number, windowUs = this.numbers.windowUs): number {
    const peer = this.peer(node);
    peer.renewalsUs = peer.renewalsUs.filter((us) => timeUs - us < 2 * this.numbers.windowUs);
    const got = peer.renewalsUs.filter((us) => timeUs - us < windowUs).length;
    const expected = (peer.seenUs.size * windowUs) / this.numbers.renewUs;
    return expected === 0 ? 1_000 : (got * 1_000) / expected;
  }
}

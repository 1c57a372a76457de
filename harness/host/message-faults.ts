/**
 * The message-level fault filter: what a proxy of byte streams cannot do. Loss, duplication and
 * reordering on one directed link, decided where the message leaves.
 */
import type { NodeId } from '../core/host.ts';
import type { Prng } from '../core/prng.ts';
import { messageFate } from '../faults/overlap.ts';
import type { MessageFaults } from '../faults/overlap.ts';

/** Messages changed since the start, by directed link. */
export interface LinkCounters {
  dropped: number;
  duplicated: number;
  reordered: number;
}

/** A held message leaves after at most this: several round trips, so that others overtake it. */
const holdUsMax = 20_000;

export class LinkFilter {
  private readonly random: Prng;
  private readonly later: (delayUs: number, f: () => void) => void;
  private faults: ReadonlyMap<NodeId, MessageFaults> = new Map();
  readonly counters = new Map<NodeId, LinkCounters>();

  /** `later` runs a function after a delay; it may forget it when the host ends. */
  constructor(random: Prng, later: (delayUs: number, f: () => void) => void) {
    this.random = random;
    this.later = later;
  }

  /** Replaces all faults; links that are not named are sound. */
  set(faults: ReadonlyMap<NodeId, MessageFaults>): void {
    this.faults = faults;
  }

  /** Lets one message to `to` pass: not at all, once or twice, at once or later. */
  pass(to: NodeId, deliver: () => void): void {
    const f = this.faults.get(to);
    if (f === undefined) {
      deliver();
      return;
    }
    const counters = this.countersOf(to);
    const fate = messageFate(f, this.random);
    // A real connection has sums: what is damaged on it is not heard.
    if (fate.isLost || fate.isDamaged) {
      counters.dropped += 1;
      return;
    }
    if (fate.isRepeated) {
      counters.duplicated += 1;
      this.later(this.random.below(holdUsMax), deliver);
    }
    if (fate.isHeldBack) {
      counters.reordered += 1;
      this.later(this.random.between(1_000, holdUsMax), deliver);
    } else {
      deliver();
    }
  }

  private countersOf(to: NodeId): LinkCounters {
    let c = this.counters.get(to);
    if (c === undefined) {
      c = { dropped: 0, duplicated: 0, reordered: 0 };
      this.counters.set(to, c);
    }
    return c;
  }
}

/**
 * Requests that wait until a majority has confirmed that this node still leads: linearizable reads,
 * consistent look-ups and renewals. Those that come together share one round of heartbeats.
 */
import type { NodeId } from '../../harness/core/host.ts';
import type { StoreRequest } from './protocol.ts';

export interface WaitingRead {
  /** The round that must be confirmed. */
  readonly round: number;
  readonly client: NodeId;
  readonly m: StoreRequest;
}

export class Reads {
  private waiting: WaitingRead[] = [];

  get size(): number {
    return this.waiting.length;
  }

  /** The round that the longest waiting read needs; 0 when none waits. */
  get nextRound(): number {
    return this.waiting[0]?.round ?? 0;
  }

  /** Rounds never fall from one read to the next. */
  add(read: WaitingRead): void {
    this.waiting.push(read);
  }

  /** Those that need no more than `round`, in order of arrival. */
  take(round: number): readonly WaitingRead[] {
    const first = this.waiting.findIndex((r) => r.round > round);
    return this.waiting.splice(0, first < 0 ? this.waiting.length : first);
  }
}

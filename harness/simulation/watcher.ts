/** Somebody who looks on: at what nodes are after each event, and at what becomes of each message. */
import type { Lane, Msg, NodeId } from '../core/host.ts';

/** Why a message did not arrive: by which fault of the plan, or, without one, in words. */
export interface Loss {
  readonly fault: number | null;
  readonly why: string;
}

/** Told in the order in which things happen. Must change nothing; messages to oneself are left out. */
export interface Watcher {
  /** Handed to the network, now. The same object is named when it arrives or is lost. */
  sent(from: NodeId, to: NodeId, lane: Lane, m: Msg): void;
  /** Its receiver takes it now; more than once where the network repeats it. */
  arrived(from: NodeId, to: NodeId, lane: Lane, m: Msg): void;
  lost(from: NodeId, to: NodeId, lane: Lane, m: Msg, loss: Loss): void;
  /** An event of `node` was performed. */
  acted(node: NodeId): void;
}

/** What one fault does to the messages of the simulated links that it is on. */
import type { PartitionMode } from '../core/fault.ts';
import type { NodeId } from '../core/host.ts';
import type { Prng } from '../core/prng.ts';
import type { MessageFaults } from './overlap.ts';

/** A directed link. */
export type Link = readonly [from: NodeId, to: NodeId];

/** A message that enters a link. */
export interface PassingMessage {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly nowUs: number;
  /** Length of its JSON. */
  bytes(): number;
}

/** `overlap.ts` says how several of them act together. */
export interface LinkRule {
  /** Chances that are drawn where a message leaves. */
  readonly messages?: MessageFaults;
  /** Nothing passes. */
  readonly partition?: PartitionMode;
  /** How much later a message arrives, whole µs ≥ 0, or that it does not. */
  readonly delay?: (m: PassingMessage, draw: Prng) => number | 'lost';
}

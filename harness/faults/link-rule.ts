/** What one fault does to the messages of the simulated links that it is on. */
import type { NodeId } from '../core/host.ts';
import type { Prng } from '../core/prng.ts';
import type { MessageFaults, PartitionMode } from './overlap.ts';

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

/**
 * What becomes of a message: it arrives that much later, whole µs ≥ 0; it is lost; or its connection is
 * `reset`, with which it is lost and all that is under way there.
 */
export type Passage = number | 'lost' | 'reset';

/** `overlap.ts` says how several of them act together. */
export interface LinkRule {
  /** Chances that are drawn where a message leaves. */
  readonly messages?: MessageFaults;
  /** Nothing passes. */
  readonly partition?: PartitionMode;
  /** The partition is of connections that were `open` when it began, or of those made since; absent: of all. */
  readonly of?: 'open' | 'new';
  /** The end of a connection is told so much later, µs: what is sent on it until then is lost. */
  readonly toldLateUs?: number;
  /** What happens to each message that enters. */
  readonly pass?: (m: PassingMessage, draw: Prng) => Passage;
}

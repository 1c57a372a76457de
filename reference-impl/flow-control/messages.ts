/** What the two ends of a stream say to one another. */
import type { Rec } from '../../harness/core/host.ts';

/**
 * You may send all items before `upTo`; those before `next` have come. Positions, and no counts: one that is repeated
 * or overtaken grants nothing twice (as MAX_STREAM_DATA of QUIC, RFC 9000, 4.1).
 */
export interface GrantMessage {
  readonly kind: 'grant';
  readonly connection: number;
  readonly next: number;
  readonly upTo: number;
  /** Nothing came for a while: begin again at `next`. */
  readonly isAgain: boolean;
}

export interface ItemMessage {
  readonly kind: 'item';
  readonly connection: number;
  readonly item: number;
}

export type FlowControlMessage = GrantMessage | ItemMessage;

/** How far a consumer is, in its log. */
export interface StreamRecord extends Rec {
  readonly kind: 'stream';
  readonly connection: number;
  /** All items before it are worked off. */
  readonly next: number;
}

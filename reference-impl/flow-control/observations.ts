/** What both ends of a stream say of it. */
import type { NodeId } from '../../harness/core/host.ts';

declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly 'stream-opened': StreamOpenedObservation;
    readonly 'stream-granted': StreamGrantedObservation;
    readonly 'item-sent': ItemSentObservation;
    readonly 'item-worked': ItemWorkedObservation;
  }
}

/** A consumer has started: it goes on at item `next` of the stream of `from`, and its window is a new one. */
export interface StreamOpenedObservation {
  readonly kind: 'stream-opened';
  readonly from: NodeId;
  /** Counts on from start to start. */
  readonly connection: number;
  readonly next: number;
}

/** A consumer lets `from` send all items before `upTo`. */
export interface StreamGrantedObservation {
  readonly kind: 'stream-granted';
  readonly from: NodeId;
  readonly connection: number;
  readonly upTo: number;
}

/** A producer sent an item, maybe once more. */
export interface ItemSentObservation {
  readonly kind: 'item-sent';
  readonly to: NodeId;
  readonly connection: number;
  readonly item: number;
}

/** A consumer has worked an item off, and will not do so again. */
export interface ItemWorkedObservation {
  readonly kind: 'item-worked';
  readonly from: NodeId;
  readonly item: number;
  /** Items that it holds and has not worked off. */
  readonly held: number;
}

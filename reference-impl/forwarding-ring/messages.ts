/** What members of the ring say to one another. */
import type { NodeId } from '../../harness/core/host.ts';
import type { Ask } from '../agent/wire.ts';

export type ForwardingRingMessage =
  | Ask
  /** You own this key as far as I know; tell `origin`, who was asked. */
  | {
      readonly kind: 'hand-on';
      readonly origin: NodeId;
      readonly request: number;
      readonly attempt: number;
      readonly key: string;
      /** With this one. */
      readonly hops: number;
    }
  /** Done, by the sender. */
  | {
      readonly kind: 'done';
      readonly request: number;
      readonly attempt: number;
      readonly hops: number;
      readonly checksum: number;
    }
  /** It has gone round long enough: our views differ. */
  | { readonly kind: 'back'; readonly request: number; readonly attempt: number };

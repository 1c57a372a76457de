/** What peers of the ring say to one another. */
import type { NodeId } from '../../harness/core/host.ts';
import type { Ask } from '../agent/wire.ts';

export type ChordMessage =
  | Ask
  /** Who owns this place? Handed on until somebody knows, who tells `origin`. */
  | {
      readonly kind: 'find';
      readonly id: number;
      readonly origin: NodeId;
      readonly place: number;
      readonly hops: number;
    }
  | { readonly kind: 'found'; readonly id: number; readonly owner: NodeId; readonly hops: number }
  /** Who is beside you? */
  | { readonly kind: 'beside' }
  | {
      readonly kind: 'neighbours';
      readonly predecessor: NodeId | null;
      readonly successors: readonly NodeId[];
    }
  /** I take myself for the one before you. */
  | { readonly kind: 'notify' };

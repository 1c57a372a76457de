/** What instances say to a peer, and peers to each other. */
import type { Json } from '../../harness/core/host.ts';

/** An instance as it describes itself. */
export interface Described {
  readonly app: string;
  readonly id: string;
  /** What others are told of it. */
  readonly info: Json;
  readonly leaseUs: number;
  /** When it said so, by its own clock: the later word counts. */
  readonly dirtyUs: number;
}

export type EurekaMessage =
  | { readonly kind: 'register'; readonly request: number; readonly of: Described }
  | { readonly kind: 'renew'; readonly request: number; readonly of: Named }
  | { readonly kind: 'cancel'; readonly request: number; readonly of: Named }
  /** `isKnown` false: register again. */
  | { readonly kind: 'done'; readonly request: number; readonly isKnown: boolean }
  /** Between peers, never passed on: what an instance did at the sender. */
  | { readonly kind: 'registered'; readonly of: Described }
  | { readonly kind: 'renewed'; readonly of: Named }
  | { readonly kind: 'cancelled'; readonly of: Named }
  /** To `renewed`: I know no such instance, or an older word of it: tell me. */
  | { readonly kind: 'unknown'; readonly of: Named }
  /** A peer that starts asks the others for all that they hold. */
  | { readonly kind: 'tell-all' };

export interface Named {
  readonly app: string;
  readonly id: string;
  readonly dirtyUs: number;
}

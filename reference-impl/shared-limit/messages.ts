/** What the nodes of a shared limit say to one another. */
import type { Ask } from '../agent/wire.ts';

export type LimitMessage =
  | Ask
  /** So much I have. */
  | { readonly kind: 'level'; readonly tokens: number }
  /** Take this. Numbers of one giver only grow, over all its boots. */
  | { readonly kind: 'gift'; readonly number: number; readonly tokens: number }
  /** I ran dry: can you admit this call? */
  | { readonly kind: 'spill'; readonly id: number }
  | { readonly kind: 'spilt'; readonly id: number; readonly isAdmitted: boolean };

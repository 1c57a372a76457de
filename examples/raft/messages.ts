/** What servers and clients say to each other. Everything is JSON. */
import type { Json, Msg, NodeId } from 'antlion';

/** What a client wants done. Its requests are numbered. */
export interface Ask {
  readonly kind: 'ask';
  readonly id: number;
  readonly f: string;
  readonly key: string;
  readonly value: Json;
}

/** `ask` null: the entry with which a leader begins. */
export interface Entry {
  readonly term: number;
  readonly ask: Ask | null;
  readonly client: NodeId;
}

export type RaftMsg = Msg &
  (
    | Ask
    | { readonly kind: 'elsewhere'; readonly id: number; readonly leader: NodeId | null }
    | { readonly kind: 'answer'; readonly id: number; readonly value: Json }
    | {
        readonly kind: 'vote-request';
        readonly term: number;
        readonly lastIndex: number;
        readonly lastTerm: number;
      }
    | { readonly kind: 'vote'; readonly term: number; readonly isGranted: boolean }
    | {
        readonly kind: 'append';
        readonly term: number;
        readonly prevIndex: number;
        readonly prevTerm: number;
        readonly entries: readonly Entry[];
        readonly commit: number;
      }
    /** `match` null: the entry before is missing. */
    | { readonly kind: 'appended'; readonly term: number; readonly match: number | null }
  );

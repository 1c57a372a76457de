/** What a server says of its replicated state. */
declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly state: StateObservation;
    readonly 'order-came': OrderCameObservation;
  }
}

/**
 * Every so many entries: after entry `index` all tables together have this hash, whatever came to be
 * from entries and whatever from a snapshot. A state of very many rows says nothing.
 */
export interface StateObservation {
  readonly kind: 'state';
  readonly index: number;
  readonly hash: number;
}

/** The leader took in an order of a book, as the next one: said where the story asks for it (`extra.tellsTurns`). */
export interface OrderCameObservation {
  readonly kind: 'order-came';
  readonly key: string;
  readonly value: string | null;
}

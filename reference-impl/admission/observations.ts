/** What an instance says of the calls that it lets in. */
declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly queue: QueueObservation;
    readonly turn: TurnObservation;
  }
}

/** Counts of one instance since it said them last, 100 ms ago or more. */
export interface QueueObservation {
  readonly kind: 'queue';
  readonly service: string;
  readonly arrived: number;
  /** Worked on to the end, and those of them whose caller had given up by then. */
  readonly served: number;
  readonly late: number;
  /** Refused when they came, and given up when their turn came. */
  readonly refused: number;
  readonly expired: number;
  /** Waiting now. */
  readonly depth: number;
}

/** One call came in, or its turn came: said where the story asks for it (`extra.tellsTurns`). */
export interface TurnObservation {
  readonly kind: 'turn';
  readonly change: 'waits' | 'begins' | 'gone';
  /** Counts the calls that came in, from 1 after each start. */
  readonly number: number;
  readonly priority: number;
}

/** What an instance says of the calls that it lets in. */
import type { Signal } from '../agent/wire.ts';

declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly queue: QueueObservation;
    readonly turn: TurnObservation;
  }
}

/** Of a node that has modes: what shows that it keeps to what its mode says. */
export interface ModeCounts {
  /** By its own clock, what the counts cover, µs. */
  readonly spanUs: number;
  /** Most places that were taken when work began; 0: none began. */
  readonly used: number;
  /** Calls that were let in and found no place. */
  readonly waited: number;
  /** What callers were told with their answers, how often. */
  readonly said: Readonly<Record<Signal, number>>;
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
  readonly byMode?: ModeCounts;
}

/** One call came in, or its turn came: said where the story asks for it (`extra.tellsTurns`). */
export interface TurnObservation {
  readonly kind: 'turn';
  readonly change: 'waits' | 'begins' | 'gone';
  /** Counts the calls that came in, from 1 after each start. */
  readonly number: number;
  readonly priority: number;
}

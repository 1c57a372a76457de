/** What leaves and reaches one lane of a node, as counts. */
declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly traffic: TrafficObservation;
  }
}

/** Messages and their bytes as JSON. */
export interface Traffic {
  readonly messages: number;
  readonly bytes: number;
}

/** By the kind of message; from `fromUs` to `untilUs` by the node's monotonic clock. */
export interface TrafficObservation {
  readonly kind: 'traffic';
  readonly lane: string;
  readonly fromUs: number;
  readonly untilUs: number;
  readonly sent: Readonly<Record<string, Traffic>>;
  readonly received: Readonly<Record<string, Traffic>>;
  /** How much had not ended then, by the kind of message that began it; absent: the lane does not tell. */
  readonly unfinished?: Readonly<Record<string, number>>;
}

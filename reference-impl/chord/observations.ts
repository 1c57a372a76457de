/** What a peer says of its place. */
declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly 'ring-place': RingPlaceObservation;
  }
}

/** Said at each start: it owns what lies between the one before it and this place, of 2³². */
export interface RingPlaceObservation {
  readonly kind: 'ring-place';
  readonly place: number;
}

/** Classes of anomalies (Adya 1999; Kingsbury & Alvaro, "Elle", 2020). */
export type AnomalyClass =
  | 'internal'
  | 'future-read'
  | 'duplicate-elements'
  | 'incompatible-order'
  | 'unwritten-read'
  /** As Elle has it, no reproach: the history of registers may begin after the write. */
  | 'unrecorded-write'
  | 'dirty-update'
  | 'G1a'
  | 'G1b'
  | 'lost-update'
  | VisibilityClass
  | CycleClass
  | OrderClass;

/** Cycles; with `-process` or `-realtime`: only together with such an order. */
export type CycleClass = `${CycleBase}${OrderSuffix}`;

export type CycleBase = 'G0' | 'G1c' | 'G-single' | 'G-nonadjacent' | 'G2-item';
export type OrderSuffix = '' | '-process' | '-realtime';

/** No order of the versions leads to such an order of the transactions. */
export type OrderClass =
  | 'no-prefix-order'
  | 'no-snapshot-order'
  | 'no-serial-order'
  | 'no-session-order'
  | 'no-realtime-order';

/** Somebody saw one transaction, and read what it had overwritten. */
export type VisibilityClass =
  'fractured-read' | 'causality-violation' | 'session-causality-violation';

export interface Anomaly {
  readonly kind: AnomalyClass;
  /** Rows; in the order of the cycle, the first one not repeated. */
  readonly rows: readonly number[];
  /** One sentence a fact. */
  readonly sentences: readonly string[];
  /** Position of the event with which all of it was known, at the latest. */
  readonly knownAt: number;
}

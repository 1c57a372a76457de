import type { Anomaly } from './anomaly.ts';

/** What came of looking for an order. */
export type Found = (
  | { readonly kind: 'order'; readonly order: Int32Array }
  /** There is none, and why. */
  | { readonly kind: 'none'; readonly anomaly: Anomaly }
  | { readonly kind: 'budget'; readonly got: string }
) & { readonly steps: number };

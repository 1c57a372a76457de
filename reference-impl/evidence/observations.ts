/**
 * Evidence: a claim with a scope and a lifetime (requirements E1, E2).
 *
 * Freshness only decays along a path: evidence that was passed on is never fresher than its source.
 */
import type { NodeId } from '../../harness/core/host.ts';

declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly evidence: EvidenceObservation;
  }
}

/** What evidence of each kind says. Open: a mechanism adds its kinds by declaration merging. */
// oxlint-disable-next-line no-empty-interface -- merged into by those who issue evidence
export interface EvidenceValues {}

export type EvidenceKind = keyof EvidenceValues;

/** A piece of evidence of any kind; `kind` tells what `value` is. */
export type Evidence = { readonly [K in EvidenceKind]: EvidenceOf<K> }[EvidenceKind];

export type EvidenceScope =
  'local' | 'instance' | 'zone' | 'region' | 'cluster' | 'global' | 'client-service';

export type Freshness = 'fresh' | 'bounded-stale' | 'eventual' | 'historical';

export interface EvidenceOf<K extends EvidenceKind> {
  readonly kind: K;
  /** What it speaks about: a service, a key, a node's name. */
  readonly subject: string;
  readonly scope: EvidenceScope;
  /** What it rests on, for example `revision 17` or `10 calls in 60 s`. */
  readonly binding: string;
  readonly value: EvidenceValues[K];
  readonly issuer: NodeId;
  /** By the issuer's monotonic clock. */
  readonly issuedUs: number;
  /** Length of life; never used at or after `issuedUs + lifetimeUs`. */
  readonly lifetimeUs: number;
  readonly freshness: Freshness;
  /** How stale it may be when `bounded-stale`, otherwise 0. */
  readonly staleUsMax: number;
}

/** A new value of evidence: issued here or received. */
export interface EvidenceObservation {
  readonly kind: 'evidence';
  readonly evidence: Evidence;
}

const order: readonly Freshness[] = ['fresh', 'bounded-stale', 'eventual', 'historical'];

/** May this evidence still be used at `nowUs`? */
export function isInForce(e: Evidence, nowUs: number): boolean {
  return nowUs < e.issuedUs + e.lifetimeUs;
}

/** The weaker of two freshness values. */
export function weakerFreshness(a: Freshness, b: Freshness): Freshness {
  return order.indexOf(a) >= order.indexOf(b) ? a : b;
}

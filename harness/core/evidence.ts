/**
 * Evidence: a claim with a scope and a lifetime (requirements E1, E2).
 *
 * Freshness only decays along a path: evidence that was forwarded is never fresher than its source.
 */
import type { Json, NodeId } from './host.ts';

export type EvidenceScope =
  'local' | 'instance' | 'zone' | 'region' | 'cluster' | 'global' | 'client-service';

export type Freshness = 'fresh' | 'bounded-stale' | 'eventual' | 'historical';

export type EvidenceKind =
  | 'registration'
  | 'health'
  | 'routing-table'
  | 'config'
  | 'circuit'
  | 'leadership'
  | 'registry-contact'
  | 'failure-rate'
  | 'membership'
  | 'recovery'
  | 'mode';

export interface Evidence {
  readonly kind: EvidenceKind;
  /** What it speaks about: a service, a key, a node's name. */
  readonly subject: string;
  readonly scope: EvidenceScope;
  /** What it rests on, for example `revision 17` or `10 calls in 60 s`. */
  readonly binding: string;
  readonly value: Json;
  readonly issuer: NodeId;
  /** By the issuer's monotonic clock. */
  readonly issuedUs: number;
  /** Length of life; never used at or after `issuedUs + lifetimeUs`. */
  readonly lifetimeUs: number;
  readonly freshness: Freshness;
  /** How stale it may be when `bounded-stale`, otherwise 0. */
  readonly staleUsMax: number;
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

/**
 * The same evidence after it travelled for `ageUs`: its lifetime shrinks, its freshness can only
 * fall, and its staleness bound grows by the age.
 */
export function forwarded(e: Evidence, ageUs: number): Evidence {
  return {
    ...e,
    lifetimeUs: Math.max(0, e.lifetimeUs - ageUs),
    freshness: weakerFreshness(e.freshness, 'bounded-stale'),
    staleUsMax: e.staleUsMax + ageUs,
  };
}

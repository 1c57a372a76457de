/** What the exchange of evidence decides. */
import type { Place } from '../federation/places.ts';

/** Who may know: those of the issuer's zone, of its region, or all. */
export type PassedScope = 'zone' | 'region' | 'global';

export interface ExchangeRules {
  /** Whom evidence about something is for; null: it stays where it is. */
  scopeOf(about: string): PassedScope | null;
  /** Is a node at `there` one of those whom evidence from `here` is for? */
  isFor(scope: PassedScope, here: Place, there: Place): boolean;
  /** The age that is told of what is `ageUs` old. */
  toldAgeUs(ageUs: number): number;
  /** May what is `ageUs` old still be used? */
  isInForce(ageUs: number, lifetimeUs: number): boolean;
  /** Is it heeded that an issuer took back what it said? */
  heedsRevocation(): boolean;
  /** Which boot of a node it is that finds so many of before on its disk: from 1 on. */
  bootOf(before: number): number;
  /** When a word was issued that came by two ways: what was held says one time, what is heard another. */
  issuedUs(heldUs: number, heardUs: number): number;
}

const scopes: Readonly<Record<string, PassedScope>> = {
  leadership: 'global',
  override: 'global',
  rollout: 'region',
  'flag-evaluation': 'zone',
};

export const exchangeRules: ExchangeRules = {
  scopeOf: (about) => scopes[about] ?? null,
  isFor(scope, here, there) {
    if (scope === 'global') return true;
    return here.region === there.region && (scope === 'region' || here.zone === there.zone);
  },
  toldAgeUs: (ageUs) => ageUs,
  isInForce: (ageUs, lifetimeUs) => ageUs < lifetimeUs,
  heedsRevocation: () => true,
  bootOf: (before) => before + 1,
  // On its way nothing ages: of two ways the quicker one tells the truer age.
  issuedUs: Math.min,
};

/** What an instance decides about who may call it. */
import type { Json } from '../../harness/core/host.ts';

/** What the store says of one pair. */
export interface Intention {
  readonly action: Json;
  readonly revision: number;
}

export interface IntentionRules {
  /** May intentions be gone by that were confirmed `ageUs` ago? */
  isUsable(ageUs: number, ttlUs: number): boolean;
  /** Is a call let in by this intention; null: there is none. */
  allows(intention: Intention | null): boolean;
  /** Does `next` take the place of what was held? */
  replaces(held: Intention | null, next: Intention | null): boolean;
}

export const intentionRules: IntentionRules = {
  isUsable: (ageUs, ttlUs) => ageUs < ttlUs,
  // What nobody has allowed is denied, and so is what nobody understands.
  allows: (intention) => intention?.action === 'allow',
  replaces: () => true,
};

/** The decisions of SWIM as pure functions: what a mutant may override. */
import { statusOf } from './cell.ts';
import type { Cell } from './cell.ts';
import type { MembershipConfig } from './config.ts';
import { digits, log2Ceil, logScaled } from './logarithm.ts';

interface SuspicionFacts {
  /** Members alive or suspect, oneself included. */
  readonly members: number;
  /** Others than the first accuser that suspect the same member. */
  readonly confirmations: number;
}

export interface MembershipRules {
  /** Is a message of somebody heard who is of the same pool, or is not? */
  admits(isOfPool: boolean): boolean;
  /** Does a member that is told to stop tell the others that it leaves? */
  saysGoodbye(): boolean;
  /** And one that has not heard yet of anybody, to those whom it told that it is here? */
  takesGreetingBack(): boolean;
  /** Does `update` replace what is believed now? A total order (see `cell.ts`). */
  supersedes(update: Cell, current: Cell): boolean;
  /** Must the member itself contradict this `rumour` about it? */
  refutes(rumour: Cell, own: Cell): boolean;
  /** Must it be said once more of oneself, or of who has left, as whoever tells this `rumour` has not heard of it? */
  saysAgain(rumour: Cell, own: Cell): boolean;
  /** How many confirmations bring the shortest timeout. */
  confirmationsWanted(members: number, c: MembershipConfig): number;
  /** From the first accusation to `dead`, µs. */
  suspicionUs(facts: SuspicionFacts, c: MembershipConfig): number;
  /** How often a member sends one piece of news. */
  retransmits(members: number, c: MembershipConfig): number;
  /** Between two exchanges of whole tables, µs. */
  pushPullUs(members: number, c: MembershipConfig): number;
}

/** Past this many members push-pull slows down, as in memberlist. */
const pushPullMembers = 32;

export const membershipRules: MembershipRules = {
  admits: (isOfPool) => isOfPool,

  saysGoodbye: () => true,

  takesGreetingBack: () => true,

  supersedes: (update, current) => update > current,

  // Anything that beats our own claim: an accusation, or an incarnation of an earlier life.
  refutes: (rumour, own) => rumour > own,

  saysAgain: (rumour, own) => rumour < own && statusOf(rumour) !== 'alive',

  confirmationsWanted(members, c) {
    const wanted = Math.max(0, c.suspicionMult - 2);
    // A cluster too small to confirm anything does not wait for confirmations.
    return members - 2 < wanted ? 0 : wanted;
  },

  // Lifeguard §IV-B: max − (max − min) · log(C+1) / log(K+1), never below min.
  suspicionUs({ members, confirmations }, c) {
    const scale = Math.max(1_000, logScaled(10, Math.max(1, members), 1_000));
    const minUs = Math.floor((c.suspicionMult * scale * c.probeUs) / 1_000);
    const wanted = membershipRules.confirmationsWanted(members, c);
    if (wanted === 0 || confirmations >= wanted) return minUs;
    const maxUs = c.suspicionMaxMult * minUs;
    const share = logScaled(wanted + 1, confirmations + 1, 1_000_000);
    const us = maxUs - ((maxUs - minUs) * share) / 1_000_000;
    return Math.max(minUs, Math.floor(us / 1_000) * 1_000);
  },

  retransmits: (members, c) => c.retransmitMult * digits(members),

  pushPullUs(members, c) {
    if (members <= pushPullMembers) return c.pushPullUs;
    return c.pushPullUs * (log2Ceil(members) - log2Ceil(pushPullMembers) + 1);
  },
};

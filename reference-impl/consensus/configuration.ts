/**
 * Who takes part (§6; dissertation chapter 4). A configuration is an entry of the log, is in force from
 * the moment it is in the log, committed or not, and is undone with its entry.
 */
import type { NodeId } from '../../harness/core/host.ts';
import { majorityOf } from './quorum.ts';

export interface Configuration {
  /** Ascending, at least one. */
  readonly voters: readonly NodeId[];
  /** During a change: the voters before it. What is decided needs a majority of them as well. */
  readonly old?: readonly NodeId[];
  /** They get the log and decide nothing. Ascending. */
  readonly learners: readonly NodeId[];
}

/** What a leader was asked for, and how far its newcomers have come. */
export interface Change {
  readonly add: readonly NodeId[];
  readonly remove: readonly NodeId[];
  readonly sinceUs: number;
  /** They catch up in rounds (dissertation §4.2.1): up to `target`, since `beganUs`. */
  round: { readonly target: number; readonly beganUs: number };
}

/** A configuration and the index of its entry; 0: that with which the cluster began. */
export interface PlacedConfiguration {
  readonly index: number;
  readonly configuration: Configuration;
}

/** Voters a majority of whom must agree, by their slots. */
export interface Quorum {
  readonly slots: readonly number[];
  /** Room for one value each; see `gather`. */
  readonly values: Float64Array;
}

/** The configuration in force, worked out for this server. */
export interface Members extends PlacedConfiguration {
  readonly quorums: readonly Quorum[];
  /** Slots of all others that get the log, ascending. */
  readonly others: readonly number[];
  readonly isVoter: boolean;
}

/** `quorums`: whose majorities must agree, by the rules. */
export function membersOf(
  servers: readonly NodeId[],
  self: NodeId,
  placed: PlacedConfiguration,
  quorums: readonly (readonly NodeId[])[],
): Members {
  const { voters, old = [], learners } = placed.configuration;
  const slotsOf = (ids: readonly NodeId[]): number[] =>
    servers.flatMap((id, slot) => (ids.includes(id) ? [slot] : []));
  const everybody = [...voters, ...old, ...learners];
  return {
    ...placed,
    quorums: quorums.map((ids) => {
      const slots = slotsOf(ids);
      return { slots, values: new Float64Array(slots.length) };
    }),
    others: slotsOf(everybody.filter((id) => id !== self)),
    isVoter: voters.includes(self) || old.includes(self),
  };
}

/** The values of the voters of one quorum. Good until the next call for this quorum. */
export function gather({ slots, values }: Quorum, from: ArrayLike<number>): Float64Array {
  for (let i = 0; i < slots.length; i++) values[i] = from[slots[i] as number] as number;
  return values;
}

/** Does a majority of each quorum say 1? */
export function isAgreed(quorums: readonly Quorum[], said: Uint8Array): boolean {
  return quorums.every((q) => {
    let yes = 0;
    for (const slot of q.slots) yes += said[slot] as number;
    return yes >= majorityOf(q.slots.length);
  });
}

/** What was reached in each quorum, by `reached`: the least of it. */
export function reachedInAll(
  quorums: readonly Quorum[],
  from: ArrayLike<number>,
  reached: (values: Float64Array) => number,
): number {
  let least = Infinity;
  for (const q of quorums) least = Math.min(least, reached(gather(q, from)));
  return least;
}

/** What a member of a pool of gossip is made of. */
import type { NodeId } from '../../harness/core/host.ts';
import type { Observation } from '../../harness/core/observation.ts';
import type { MembershipConfig } from './config.ts';
import type { Belief } from './observations.ts';
import type { MembershipRules } from './rules.ts';

export interface MembershipOptions {
  readonly self: NodeId;
  /** Members have ids 0…size−1. */
  readonly size: number;
  /** Whom a starting node asks first. Need not be up; one is enough. */
  readonly seeds: readonly NodeId[];
  /** Of several pools: whom this one takes in. Absent: everybody. */
  readonly isOfPool?: (node: NodeId) => boolean;
  /**
   * The first start finds everybody known and alive, without a word: no joining, no observation
   * until something changes. A restart announces itself as usual.
   */
  readonly startJoined: boolean;
  readonly config: MembershipConfig;
  readonly rules: MembershipRules;
  /** How it says what has changed. Absent: as `members`. */
  readonly says?: (news: readonly Belief[]) => Observation;
  /** Before the words by which it is described to people, where a node is in two pools. Absent: nothing. */
  readonly prefix?: string;
}

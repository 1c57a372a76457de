/** Which of the listed instances a call may go to, as a pure decision: what a mutant replaces. */
import type { NodeId } from '../../harness/core/host.ts';

export interface CallFacts {
  /** All that discovery names, and those of them that no check says are critical. */
  readonly listed: readonly NodeId[];
  readonly healthy: readonly NodeId[];
  /** Is it in the zone that calls prefer? Null: they prefer none. */
  readonly isNear: ((instance: NodeId) => boolean) | null;
}

export interface CallRules {
  candidates(f: CallFacts): readonly NodeId[];
}

export const callRules: CallRules = {
  // Checks can be wrong about all of them, so that nobody is worse than somebody.
  candidates({ listed, healthy, isNear }) {
    const usable = healthy.length > 0 ? healthy : listed;
    const near = isNear === null ? [] : usable.filter(isNear);
    return near.length > 0 ? near : usable;
  },
};

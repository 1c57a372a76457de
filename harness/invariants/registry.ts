/** Every named promise by its id. A system lists the ids that it promises. */
import { HarnessError } from '../core/errors.ts';
import type { Invariant } from '../core/invariant.ts';
import { configConverges } from './config-converges.ts';
import { coordination } from './coordination.ts';
import { copiesAdvance } from './copies-advance.ts';
import { discovery } from './discovery.ts';
import { efficiency } from './efficiency.ts';
import { electionSafety } from './election-safety.ts';
import { evidenceFreshness } from './evidence-freshness.ts';
import { evidenceLifetime } from './evidence-lifetime.ts';
import { executedOnce } from './executed-once.ts';
import { fencing } from './fencing.ts';
import { leaderCompleteness } from './leader-completeness.ts';
import { leaseLifetime } from './lease-lifetime.ts';
import { linearizable } from './linearizable.ts';
import { logMatching } from './log-matching.ts';
import { membership } from './membership.ts';
import { modeBehaviours } from './mode-behaviours.ts';
import { modeTransitions } from './mode-transitions.ts';
import { mutualExclusion } from './mutual-exclusion.ts';
import { recoveryOrder } from './recovery-order.ts';
import { resilience } from './resilience.ts';
import { sessionGuarantees } from './session-guarantees.ts';
import { watchGuarantees } from './watch-guarantees.ts';

/** All of them, with their usual parameters. */
export const invariants: readonly Invariant[] = [
  linearizable(),
  executedOnce(),
  sessionGuarantees(),
  watchGuarantees(),
  electionSafety(),
  logMatching(),
  leaderCompleteness(),
  mutualExclusion(),
  fencing(),
  configConverges(),
  copiesAdvance(),
  discovery(),
  leaseLifetime(),
  membership(),
  resilience(),
  efficiency(),
  coordination(),
  modeTransitions(),
  modeBehaviours(),
  recoveryOrder(),
  evidenceLifetime(),
  evidenceFreshness(),
];

/** Throws E_USAGE for an id that nobody knows. */
export function invariantOf(id: string): Invariant {
  const found = invariants.find((i) => i.id === id);
  if (found !== undefined) return found;
  const known = invariants.map((i) => i.id).join(', ');
  throw new HarnessError('E_USAGE', `invariant is "${id}", wanted one of ${known}. Use its id.`);
}

/** Every named promise by its id. A system lists the ids that it promises. */
import { HarnessError } from '../core/errors.ts';
import type { Invariant } from '../core/invariant.ts';
import { configConverges } from './config-converges.ts';
import { copiesAdvance } from './copies-advance.ts';
import { discovery } from './discovery.ts';
import { efficiency } from './efficiency.ts';
import { electionSafety } from './election-safety.ts';
import { evidenceFreshness } from './evidence-freshness.ts';
import { evidenceLifetime } from './evidence-lifetime.ts';
import { leaseLifetime } from './lease-lifetime.ts';
import { linearizable } from './linearizable.ts';
import { logMatching } from './log-matching.ts';
import { membership } from './membership.ts';
import { modeBehaviours } from './mode-behaviours.ts';
import { modeTransitions } from './mode-transitions.ts';
import { recoveryOrder } from './recovery-order.ts';
import { resilience } from './resilience.ts';

/** All of them, with their usual parameters. */
export const invariants: readonly Invariant[] = [
  linearizable(),
  electionSafety(),
  logMatching(),
  configConverges(),
  copiesAdvance(),
  discovery(),
  leaseLifetime(),
  membership(),
  resilience(),
  efficiency(),
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

/**
 * The promises that are judged on operations alone, by their ids: any system can make them. A system
 * lists the ids that it promises, and adds promises of its own.
 */
import { HarnessError } from '../core/errors.ts';
import type { Invariant } from '../core/invariant.ts';
import { barrierOpens, barrierTogether } from './barriers.ts';
import { configAdvances, configCurrent } from './configs.ts';
import { definiteFailures } from './definite-failures.ts';
import { leaderTold, oneLeader } from './elections.ts';
import { everyRequestAnswered } from './every-request-answered.ts';
import { executedOnce } from './executed-once.ts';
import { fencing } from './fencing.ts';
import { isolation } from './isolation.ts';
import { jobKept, jobOnce } from './jobs.ts';
import { linearizable } from './linearizable.ts';
import { deadTold, heardTold, liveTold } from './members.ts';
import { lockFreed } from './lock-freed.ts';
import { mutualExclusion } from './mutual-exclusion.ts';
import { pastAsItWas } from './past-as-it-was.ts';
import { permitsBounded } from './permits-bounded.ts';
import { limitUsed } from './limit-used.ts';
import { rateLimit } from './rate-limit.ts';
import { endedNotFound, registeredFound } from './registrations.ts';
import { sessionGuarantees } from './session-guarantees.ts';
import { watchGuarantees } from './watch-guarantees.ts';
import { watchTold } from './watch-told.ts';

/** All of them, with their usual parameters. */
export const invariants: readonly Invariant[] = [
  linearizable(),
  executedOnce(),
  definiteFailures(),
  sessionGuarantees(),
  watchGuarantees(),
  watchTold(),
  pastAsItWas(),
  mutualExclusion(),
  lockFreed(),
  permitsBounded(),
  barrierTogether(),
  barrierOpens(),
  fencing(),
  oneLeader(),
  leaderTold(),
  registeredFound(),
  endedNotFound(),
  liveTold(),
  heardTold(),
  deadTold(),
  configAdvances(),
  configCurrent(),
  isolation('strict-serializable'),
  isolation('serializable'),
  isolation('snapshot-isolation'),
  isolation('read-committed'),
  jobOnce(),
  jobKept(),
  everyRequestAnswered(),
  rateLimit(),
  limitUsed(),
];

/** Throws E_USAGE for an id that nobody knows. */
export function invariantOf(id: string): Invariant {
  const found = invariants.find((i) => i.id === id);
  if (found !== undefined) return found;
  const known = invariants.map((i) => i.id).join(', ');
  throw new HarnessError('E_USAGE', `invariant is "${id}", wanted one of ${known}. Use its id.`);
}

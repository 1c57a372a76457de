/** What is committed goes to the state machine, in order, a bounded number of entries a handler. */
import { assert } from '../../harness/core/assert.ts';
import type { Effects, World } from '../../harness/core/host.ts';
import type { AppliedObservation } from './observations.ts';
import { mix32 } from '../../harness/core/prng.ts';
import { configurationCommitted, configurationIn } from './members.ts';
import { takeSnapshot } from './snapshots.ts';
import { timers, type RaftState } from './state.ts';

/** Everything up to `index` is committed. */
export function commitTo(s: RaftState, index: number, w: World, fx: Effects): void {
  if (index <= s.commit) return;
  assert(index <= s.log.lastIndex, 'commits what it holds', { index, last: s.log.lastIndex });
  s.commit = index;
  applyCommitted(s, w, fx);
}

/** After a restart there is much to apply: meanwhile heartbeats have to be heard. */
export function applyTimer(s: RaftState, w: World, fx: Effects): void {
  s.isApplyTimerSet = false;
  applyCommitted(s, w, fx);
  // Reads waited for it.
  if (s.applied === s.commit && s.role === 'leader') s.machine.confirmed(s.confirmedRound, w, fx);
}

function applyCommitted(s: RaftState, w: World, fx: Effects): void {
  const last = Math.min(s.commit, s.applied + s.config.applyMax);
  while (s.applied < last) applyNext(s, w, fx);
  if (s.applied < s.commit && !s.isApplyTimerSet) {
    s.isApplyTimerSet = true;
    fx.setTimer(timers.apply, 0);
  }
  takeSnapshot(s, w, fx);
}

function applyNext(s: RaftState, w: World, fx: Effects): void {
  s.applied += 1;
  const e = s.log.entry(s.applied);
  const facts = s.log.factsAt(s.applied);
  s.hash = mix32(s.hash ^ facts.hash ^ s.applied);
  facts.text = null;
  if (isObserved(s.applied, s.commit)) {
    const seen: AppliedObservation = {
      kind: 'applied',
      index: s.applied,
      term: e.term,
      hash: s.hash,
      currentTerm: s.term,
    };
    fx.observe(seen);
  }
  const configuration = configurationIn(e.command);
  if (configuration !== null) configurationCommitted(s, { index: s.applied, configuration }, fx);
  s.machine.apply(s.applied, e, w, fx);
}

/** After a restart thousands are applied at once: then every 64th tells as much as all of them. */
function isObserved(index: number, last: number): boolean {
  return last - index < 64 || index % 64 === 0;
}

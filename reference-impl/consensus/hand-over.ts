/**
 * Leadership is handed over (dissertation §3.10): the leader takes no more requests, waits until the
 * other's log is as long as its own, and tells it to stand for election at once.
 */
import { assert } from '../../harness/core/assert.ts';
import type { Effects, NodeId, World } from '../../harness/core/host.ts';
import type { Begun } from './change.ts';
import type { TimeoutNow } from './messages.ts';
import type { HandOverObservation } from './observations.ts';
import type { RaftState } from './state.ts';

/** Leader: to `to`, or to whoever has most of the log. `busy`: to somebody else, or nobody is there. */
export function beginHandOver(
  s: RaftState,
  to: NodeId | null,
  w: World,
  fx: Effects,
): Begun | { readonly problem: string } {
  assert(s.role === 'leader', 'only a leader hands over', { role: s.role });
  if (to === s.self) return 'done';
  if (to !== null && !s.members.configuration.voters.includes(to)) {
    return { problem: `${to} is no voter` };
  }
  const slot = to === null ? bestSuccessor(s, w.nowUs) : s.servers.indexOf(to);
  if (s.handOver !== null) return to === null || s.handOver.slot === slot ? 'begun' : 'busy';
  if (slot === null) return 'busy';
  s.handOver = { slot, untilUs: w.nowUs + s.config.electionMaxUs };
  goOnHandingOver(s, slot, fx);
  return 'begun';
}

/** Leader: more of its log is at `slot`. */
export function goOnHandingOver(s: RaftState, slot: number, fx: Effects): void {
  if (s.handOver?.slot !== slot) return;
  const last = s.log.lastIndex + s.waiting.length;
  if (s.rules.mayHandOver(s.match[slot] as number, last)) tellToStand(s, slot, fx);
}

/** Leader, at each heartbeat: the other did not win, so this one takes requests again. */
export function endHandOver(s: RaftState, w: World): void {
  if (s.handOver !== null && w.nowUs >= s.handOver.untilUs) s.handOver = null;
}

/** Leader that is no voter any more: its last word, so that nobody has to wait. */
export function handOverAtOnce(s: RaftState, w: World, fx: Effects): void {
  const slot = bestSuccessor(s, w.nowUs);
  if (slot !== null) tellToStand(s, slot, fx);
}

function tellToStand(s: RaftState, slot: number, fx: Effects): void {
  const to = s.servers[slot] as NodeId;
  s.hasToldToStand = true;
  const seen: HandOverObservation = { kind: 'hand-over', term: s.term, to };
  fx.observe(seen);
  const m: TimeoutNow = { kind: 'timeout-now', term: s.term };
  fx.send(to, m);
}

/** The other voter whose log is longest, of those that were heard lately. */
function bestSuccessor(s: RaftState, nowUs: number): number | null {
  let best: number | null = null;
  for (const slot of s.members.others) {
    const isVoter = s.members.configuration.voters.includes(s.servers[slot] as NodeId);
    if (!isVoter || nowUs - (s.heardUs[slot] as number) >= s.config.electionMinUs) continue;
    if (best === null || (s.match[slot] as number) > (s.match[best] as number)) best = slot;
  }
  return best;
}

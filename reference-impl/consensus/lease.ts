/**
 * Reads by lease (dissertation §6.4.1): for some time after a majority has heard a leader nobody else is
 * elected, so it need not ask whether it still leads. Rests on clocks, within `leaseDriftPpm`.
 */
import type { RaftState } from './state.ts';

/** Leader: a round of heartbeats begins. */
export function noteRound(s: RaftState, nowUs: number): void {
  if (s.config.leaseDriftPpm !== null) s.roundsUs.push({ round: s.round, beganUs: nowUs });
}

/** Leader: a majority has heard this round. */
export function extendLease(s: RaftState, round: number, nowUs: number): void {
  const { leaseDriftPpm, electionMinUs } = s.config;
  if (leaseDriftPpm === null) return;
  const count = s.roundsUs.findLastIndex((r) => r.round <= round) + 1;
  const last = s.roundsUs.splice(0, count).at(-1);
  if (last === undefined) return;
  const beginsUs = s.rules.leaseBegins(last.beganUs, nowUs);
  const endsUs = beginsUs + s.rules.leaseUs(electionMinUs, leaseDriftPpm);
  s.leaseUntilUs = Math.max(s.leaseUntilUs, endsUs);
}

export function endLease(s: RaftState): void {
  s.roundsUs = [];
  s.leaseUntilUs = 0;
}

export function hasLease(s: RaftState, nowUs: number): boolean {
  return nowUs < s.leaseUntilUs && s.rules.mayUseLease(s.hasToldToStand);
}

/**
 * Voter: may a leader still count on this server? Then it hears no candidate but one whom the leader
 * itself told to stand. A server that has just started may have forgotten that it heard one.
 */
export function isBound(s: RaftState, nowUs: number): boolean {
  if (s.config.leaseDriftPpm === null) return false;
  return nowUs - Math.max(s.startedUs, s.leaderHeardUs) < s.config.electionMinUs;
}

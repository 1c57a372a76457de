/**
 * The leader's side of a change of servers: newcomers learn the log, both sets of voters decide
 * together, then the new set alone (§6; dissertation §4.2, §4.3). A later leader finishes what it finds
 * in its log; what was only asked for is forgotten, and has to be asked for again.
 */
import { assert } from '../../harness/core/assert.ts';
import type { NodeId } from '../../harness/core/host.ts';
import type { Change, Configuration } from './configuration.ts';
import { hasCommittedInTerm, type RaftState } from './state.ts';

/** `busy`: another change is under way. */
export type Begun = 'done' | 'begun' | 'busy';

/** `leave`: this server is no voter any more. `given-up`: the newcomers did not catch up. */
type Step =
  | { readonly kind: 'append'; readonly configuration: Configuration }
  | { readonly kind: 'done' | 'given-up' | 'leave' };

export function beginChange(
  s: RaftState,
  add: readonly NodeId[],
  remove: readonly NodeId[],
  nowUs: number,
): Begun | { readonly problem: string } {
  assert(s.role === 'leader', 'only a leader changes who takes part', { role: s.role });
  const unknown = [...add, ...remove].find((id) => !s.servers.includes(id));
  if (unknown !== undefined) return { problem: `${unknown} is no server of this cluster` };
  const asked: Change = {
    add,
    remove,
    sinceUs: nowUs,
    round: { target: s.log.lastIndex, beganUs: nowUs },
  };
  if (s.change !== null) return s.rules.isSameChange(isSame(s.change, asked)) ? 'begun' : 'busy';
  const { configuration, index } = s.members;
  const to = wanted(configuration, asked);
  if (to.voters.length === 0) return { problem: 'no voter would be left' };
  if (isReached(configuration, asked)) return index <= s.commit ? 'done' : 'busy';
  if (!s.rules.mayChange(facts(s)) || configuration.old !== undefined) return 'busy';
  s.change = asked;
  return 'begun';
}

/** What is due now; null: nothing. */
export function nextStep(s: RaftState, nowUs: number): Step | null {
  const { configuration: c, isVoter } = s.members;
  const { change } = s;
  if (s.role !== 'leader' || (change === null && c.old === undefined && isVoter)) return null;
  if (s.handOver !== null || !s.rules.mayChange(facts(s))) return null;
  if (c.old !== undefined) {
    return { kind: 'append', configuration: { voters: c.voters, learners: c.learners } };
  }
  if (change === null) return { kind: 'leave' };
  if (isReached(c, change)) return { kind: 'done' };
  const strangers = change.add.filter((id) => !c.voters.includes(id) && !c.learners.includes(id));
  if (strangers.length > 0) {
    change.round = { target: s.log.lastIndex, beganUs: nowUs };
    return { kind: 'append', configuration: { ...c, learners: union(c.learners, strangers) } };
  }
  if (!haveCaughtUp(s, change, nowUs)) {
    const isLate = nowUs - change.sinceUs > s.config.catchUpUsMax;
    return isLate ? { kind: 'given-up' } : null;
  }
  const to = wanted(c, change);
  const isSameVoters = to.voters.join() === c.voters.join();
  return { kind: 'append', configuration: isSameVoters ? to : s.rules.firstStep(c, to) };
}

function facts(s: RaftState): Parameters<RaftState['rules']['mayChange']>[0] {
  return { hasCommittedInTerm: hasCommittedInTerm(s), isSettled: s.members.index <= s.commit };
}

function isSame(a: Change, b: Change): boolean {
  return a.add.join() === b.add.join() && a.remove.join() === b.remove.join();
}

/** As it is when all is done. */
function wanted(from: Configuration, { add, remove }: Change): Configuration {
  const stays = (id: NodeId): boolean => !remove.includes(id);
  return {
    voters: union(from.voters, add).filter(stays),
    learners: from.learners.filter((id) => stays(id) && !add.includes(id)),
  };
}

function isReached({ voters, old, learners }: Configuration, { add, remove }: Change): boolean {
  const isIn = (id: NodeId): boolean => voters.includes(id) || learners.includes(id);
  return old === undefined && add.every((id) => voters.includes(id)) && !remove.some(isIn);
}

/** Each round copies what came in during the one before; a short one is the last. */
function haveCaughtUp(s: RaftState, change: Change, nowUs: number): boolean {
  const { target, beganUs } = change.round;
  const isReady = (id: NodeId): boolean =>
    s.members.configuration.voters.includes(id) ||
    (s.match[s.servers.indexOf(id)] as number) >= target;
  if (!change.add.every(isReady)) return false;
  if (s.rules.isCaughtUp(nowUs - beganUs, s.config.electionMinUs)) return true;
  change.round = { target: s.log.lastIndex, beganUs: nowUs };
  return false;
}

function union(a: readonly NodeId[], b: readonly NodeId[]): NodeId[] {
  return [...new Set([...a, ...b])].sort((x, y) => x - y);
}

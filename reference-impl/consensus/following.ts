/** The follower's side of replication (§5.3): what a leader says, and how far the logs agree. */
import { assert } from '../../harness/core/assert.ts';
import type { Effects, NodeId, World } from '../../harness/core/host.ts';
import { commitTo } from './apply.ts';
import { appendToLog } from './members.ts';
import type { Append, AppendRecord, Appended, Entry } from './messages.ts';
import { adoptTerm, followLeader, persistTerm } from './role.ts';
import type { RaftState } from './state.ts';

/** Follower: takes what the leader of this term says, and answers how far the logs agree. */
export function append(s: RaftState, from: NodeId, m: Append, w: World, fx: Effects): void {
  if (m.term < s.term) {
    answer(s, from, m, false, m.prevIndex, fx);
    return;
  }
  if (m.term > s.term) {
    adoptTerm(s, m.term, w, fx);
    persistTerm(s, fx);
  }
  // A second leader of one term cannot be. If it is, the judges are to see it, not a crash here.
  if (s.role === 'leader') return;
  followLeader(s, from, w, fx);
  if (!s.log.matches(m.prevIndex, m.prevTerm)) {
    answer(s, from, m, false, m.prevIndex, fx);
    return;
  }
  takeEntries(s, m, w, fx);
  const agreed = m.prevIndex + m.entries.length;
  const { lastIndex } = s.log;
  const commit = s.rules.commitOf({ own: s.commit, told: m.commit, agreed, lastIndex });
  commitTo(s, commit, w, fx);
  // It never falls. If it does, the judges are to see it.
  s.commit = commit;
  answer(s, from, m, true, s.rules.agreedUpTo(agreed, m.entries.length), fx);
}

/** Drops what conflicts, appends what is new. An old message that was late must drop nothing. */
function takeEntries(s: RaftState, m: Append, w: World, fx: Effects): void {
  let known = 0;
  while (known < m.entries.length) {
    const e = m.entries[known] as Entry;
    if (!s.log.matches(m.prevIndex + known + 1, e.term)) break;
    known += 1;
  }
  const { first, lastIndex } = s.log;
  const { prevIndex, entries: sent } = m;
  const place = s.rules.placeOf({ prevIndex, entries: sent.length, known, first, lastIndex });
  if (place === null) return;
  const { after } = place;
  assert(after >= s.log.first - 1, 'a snapshot is not undone', { after });
  // What is committed is never dropped. If it is, the judges are to see it (the hash of what is
  // applied differs from now on), not a crash here.
  s.commit = Math.min(s.commit, after);
  const entries = place.known === 0 ? sent : sent.slice(place.known);
  appendToLog(s, after, entries, w, fx);
  const record: AppendRecord = { kind: 'append', after, entries };
  fx.persist(record);
}

/** The driver holds the answer until all that was persisted before it is on the disk. */
function answer(
  s: RaftState,
  to: NodeId,
  m: Append,
  isMatch: boolean,
  index: number,
  fx: Effects,
): void {
  const hintIndex = isMatch ? 0 : s.log.lastWithTermAtMost(m.prevIndex, m.prevTerm);
  const a: Appended = {
    kind: 'appended',
    term: s.term,
    round: m.round,
    isMatch,
    index,
    hintIndex,
    // Of a leader of an earlier term the place may be long in a snapshot; it gives up whatever is hinted.
    hintTerm: !isMatch && s.log.knows(hintIndex) ? s.log.termAt(hintIndex) : 0,
  };
  fx.send(to, a);
}

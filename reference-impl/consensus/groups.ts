/**
 * The leader's own entries, in groups: what comes while a group is under way goes together in the
 * next, so that a sync and a message carry as much as there is.
 */
import { assert } from '../../harness/core/assert.ts';
import type { Effects, World } from '../../harness/core/host.ts';
import { factsOf } from './entry-facts.ts';
import { appendToLog } from './members.ts';
import type { AppendRecord, Command, Entry } from './messages.ts';
import { dropWaiting } from './role.ts';
import { sendEntries } from './sending.ts';
import type { RaftState } from './state.ts';

/** Into the leader's log, at once or with the next group. Returns its index. */
export function appendOwn(s: RaftState, command: Command, w: World, fx: Effects): number {
  assert(s.role === 'leader', 'only a leader appends', { role: s.role });
  const entry: Entry = { term: s.term, command };
  s.waiting.push(entry);
  s.waitingBytes += factsOf(entry).bytes;
  const index = s.log.lastIndex + s.waiting.length;
  // Who takes part is known by the log: the next step of a change must find this one there.
  if (command.f === 'configuration') beginGroup(s, w, fx);
  else if (fx.gather?.() !== true) appendWaiting(s, w, fx);
  return index;
}

/** What waits becomes the next group unless one is under way. */
export function appendWaiting(s: RaftState, w: World, fx: Effects): void {
  // Its own disk or a majority without it, whichever is faster, sets the pace.
  const isUnderWay = s.pending.length > 0 && s.log.lastIndex > s.commit;
  if (s.waiting.length > 0 && !isUnderWay) beginGroup(s, w, fx);
}

/** Onto its disk and to all that follow: the leader writes while they do (dissertation §10.2.1). */
function beginGroup(s: RaftState, w: World, fx: Effects): void {
  let after = s.log.lastIndex;
  const group = s.rules.inGroup(s.waiting);
  dropWaiting(s);
  appendToLog(s, after, group, w, fx);
  while (after < s.log.lastIndex) {
    const entries = s.log.slice(after + 1, s.config.batchMax, s.config.batchBytesMax);
    const record: AppendRecord = { kind: 'append', after, entries };
    after += entries.length;
    s.pending.push({ record: fx.persist(record), index: after });
  }
  for (const slot of s.members.others) {
    if (s.isProbing[slot] === 0) sendEntries(s, slot, w, fx);
  }
}

/** What a leader sends to one follower: entries from `next` on, or none. */
import type { Effects, NodeId, World } from '../../harness/core/host.ts';
import type { Append, Entry } from './messages.ts';
import { bareHeartbeat, needsSnapshot, startSending } from './snapshots.ts';
import type { RaftState } from './state.ts';

export function sendAppend(
  s: RaftState,
  slot: number,
  entries: readonly Entry[],
  fx: Effects,
): void {
  const to = s.servers[slot] as NodeId;
  if (needsSnapshot(s, slot)) fx.send(to, bareHeartbeat(s));
  else fx.send(to, appendOf(s, (s.next[slot] as number) - 1, entries));
}

/** Whoever is to get the same gets the same object: it is encoded once. */
function appendOf(s: RaftState, prevIndex: number, entries: readonly Entry[]): Append {
  const { term, commit, round, lastSent } = s;
  const isSame =
    lastSent?.prevIndex === prevIndex &&
    // From one index on, a leader has the same entries all through its term.
    lastSent.entries.length === entries.length &&
    lastSent.term === term &&
    lastSent.commit === commit &&
    lastSent.round === round;
  if (isSame) return lastSent;
  const prevTerm = s.log.termAt(prevIndex);
  s.lastSent = { kind: 'append', term, prevIndex, prevTerm, commit, round, entries };
  return s.lastSent;
}

/** The next batch, counted as sent and left out. */
export function sendWithout(s: RaftState, slot: number, fx: Effects): void {
  if (needsSnapshot(s, slot)) return;
  const entries = s.log.slice(s.next[slot] as number, s.config.batchMax, s.config.batchBytesMax);
  sendAppend(s, slot, [], fx);
  s.isProbing[slot] = 0;
  s.next[slot] = (s.next[slot] as number) + entries.length;
}

/** The next batch. While probing, `next` waits for the answer. */
export function sendEntries(s: RaftState, slot: number, w: World, fx: Effects): void {
  if (needsSnapshot(s, slot)) {
    startSending(s, slot, w, fx);
    return;
  }
  const entries = s.log.slice(s.next[slot] as number, s.config.batchMax, s.config.batchBytesMax);
  sendAppend(s, slot, entries, fx);
  if (s.isProbing[slot] === 0) s.next[slot] = (s.next[slot] as number) + entries.length;
}

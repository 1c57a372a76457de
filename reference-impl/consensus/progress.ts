/** What a server says of how far it has come, where a story asks for it: after each event that changed it. */
import type { Effects } from '../../harness/core/host.ts';
import type { ProgressObservation } from './observations.ts';
import type { RaftState } from './state.ts';

/** What was said last. */
export interface Told {
  progress: ProgressObservation | null;
}

export function tellProgress(s: RaftState, told: Told, fx: Effects): void {
  if (!s.config.tellsProgress) return;
  const seen = progressOf(s);
  if (told.progress !== null && isSame(told.progress, seen)) return;
  told.progress = seen;
  fx.observe(seen);
}

function progressOf(s: RaftState): ProgressObservation {
  const { term, votedFor, commit } = s;
  if (s.role !== 'leader') return { kind: 'progress', term, votedFor, commit };
  const copies = s.members.others.map((slot) => ({
    server: s.servers[slot] as number,
    match: s.match[slot] as number,
    next: s.next[slot] as number,
  }));
  return { kind: 'progress', term, votedFor, commit, copies };
}

function isSame(a: ProgressObservation, b: ProgressObservation): boolean {
  if (a.term !== b.term || a.votedFor !== b.votedFor || a.commit !== b.commit) return false;
  if (a.copies === undefined || b.copies === undefined) return a.copies === b.copies;
  const other = b.copies;
  return (
    a.copies.length === other.length &&
    a.copies.every(({ server, match, next }, i) => {
      const o = other[i];
      return o?.server === server && o.match === match && o.next === next;
    })
  );
}

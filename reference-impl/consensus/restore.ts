/** Where a log rests on a snapshot: at the start from the disk, and when a leader sends its own. */
import type { Effects, NodeId, World } from '../../harness/core/host.ts';
import type { AppliedObservation } from './observations.ts';
import { commitTo } from './apply.ts';
import { beginAgain } from './messages.ts';
import type {
  Appended,
  Install,
  Installed,
  PieceRecord,
  RaftRecord,
  SnapshotEndRecord,
  SnapshotHead,
  SnapshotRecord,
} from './messages.ts';
import { appendToLog, restConfiguration } from './members.ts';
import { adoptTerm, followLeader, persistTerm } from './role.ts';
import type { RaftState } from './state.ts';
import { giveUp, type Receiving } from './transfer.ts';

/** What is on the disk, oldest first: the last whole snapshot, and all that follows its beginning. */
export function recover(s: RaftState, records: readonly RaftRecord[], w: World, fx: Effects): void {
  const ended = records.findLast((r) => r.kind === 'snapshot-end');
  const begin = records.findIndex((r) => r.kind === 'snapshot' && r.id === ended?.id);
  const snapshot = records[begin] as SnapshotRecord | undefined;
  const kept = records.slice(Math.max(0, begin));
  recoverTerm(s, kept);
  if (snapshot !== undefined) s.machine.beginRestore();
  let isRooted = snapshot === undefined || ended?.isOwn === true;
  if (snapshot !== undefined && isRooted) restOn(s, snapshot.head, w, fx);
  for (const r of kept) {
    if (r.kind === 'term') continue;
    // What came in beside a leader's snapshot went into a log that it has replaced.
    if (r.kind === 'append') {
      if (isRooted) appendToLog(s, r.after, r.entries, w, fx);
    } else if (snapshot === undefined || r.id !== snapshot.id) continue;
    else if (r.kind === 'piece') for (const row of r.rows) s.machine.restore(row);
    else if (r.kind === 'snapshot-end') {
      if (!isRooted) restOn(s, snapshot.head, w, fx);
      isRooted = true;
      s.snapshot = { index: snapshot.head.index, bytes: r.bytes };
      s.machine.adopt(w, fx);
    }
  }
  if (snapshot !== undefined) tell(s, snapshot.head, fx);
}

/** First of all: what it goes on to say is said in this term. */
function recoverTerm(s: RaftState, records: readonly RaftRecord[]): void {
  const last = records.findLast((r) => r.kind === 'term');
  if (last === undefined) return;
  const { term, votedFor } = s.rules.recoveredVote(last);
  s.term = term;
  s.votedFor = votedFor;
}

/** As if all entries up to the snapshot's had been applied one by one. */
function restOn(s: RaftState, head: SnapshotHead, w: World, fx: Effects): void {
  s.log.reset(head.index, head.term);
  s.commit = head.index;
  s.applied = head.index;
  s.hash = head.hash;
  restConfiguration(s, head.placed ?? s.first, w, fx);
}

function tell(s: RaftState, head: SnapshotHead, fx: Effects): void {
  const { index, term, hash } = head;
  const seen: AppliedObservation = { kind: 'applied', index, term, hash, currentTerm: s.term };
  fx.observe(seen);
}

/** Follower: a piece of the leader's snapshot. */
export function install(s: RaftState, from: NodeId, m: Install, w: World, fx: Effects): void {
  if (m.term < s.term) return answer(s, from, m, fx);
  if (m.term > s.term) {
    adoptTerm(s, m.term, w, fx);
    persistTerm(s, fx);
  }
  if (s.role === 'leader') return;
  followLeader(s, from, w, fx);
  if (hasAlready(s, m.head)) {
    commitTo(s, m.head.index, w, fx);
    return matches(s, from, fx);
  }
  const t = receivingOf(s, from, m, fx);
  if (t === null) return answer(s, from, m, fx, beginAgain);
  if (t.isEnded || m.piece > t.piece) return;
  if (m.piece === t.piece) takePiece(s, t, m, w, fx);
  // A piece that is repeated was taken: the answer was lost.
  answer(s, from, m, fx);
}

/** Then its own entries are worth more than a snapshot: later ones that it acknowledged are kept. */
function hasAlready(s: RaftState, head: SnapshotHead): boolean {
  if (head.index <= s.commit) return true;
  return s.log.knows(head.index) && s.log.termAt(head.index) === head.term;
}

/** The transfer that this piece belongs to; begun with its first piece. Null: its beginning is lost, with a restart. */
function receivingOf(s: RaftState, from: NodeId, m: Install, fx: Effects): Receiving | null {
  const t = s.transfer;
  if (t?.kind === 'receiving' && t.id === m.id && t.from === from) return t;
  // Its own, or another leader's, is worth nothing any more; of one that has ended the disk is told.
  if (m.piece !== 0 || (t !== null && t.kind !== 'sending' && t.isEnded)) return null;
  giveUp(s);
  const record: SnapshotRecord = { kind: 'snapshot', id: m.id, head: m.head };
  const first = fx.persist(record);
  const last = persistTerm(s, fx);
  s.machine.beginRestore();
  const { id, head } = m;
  const made: Receiving = {
    kind: 'receiving',
    id,
    from,
    head,
    first,
    last,
    piece: 0,
    bytes: 0,
    isEnded: false,
  };
  s.transfer = made;
  return made;
}

function takePiece(s: RaftState, t: Receiving, m: Install, w: World, fx: Effects): void {
  t.piece += 1;
  if (m.rows.length > 0) {
    const piece: PieceRecord = { kind: 'piece', id: t.id, rows: m.rows };
    t.last = fx.persist(piece);
    t.bytes += Buffer.byteLength(JSON.stringify(m.rows));
    for (const row of m.rows) s.machine.restore(row);
  }
  if (!m.isLast) return;
  const { id, bytes } = t;
  const end: SnapshotEndRecord = { kind: 'snapshot-end', id, isOwn: false, bytes };
  t.last = fx.persist(end);
  t.isEnded = true;
  restOn(s, t.head, w, fx);
  s.term = s.rules.termAfterSnapshot(s.term, t.head.term);
  tell(s, t.head, fx);
  s.machine.adopt(w, fx);
}

function answer(s: RaftState, to: NodeId, m: Install, fx: Effects, piece: number = m.piece): void {
  const a: Installed = { kind: 'installed', term: s.term, id: m.id, piece };
  fx.send(to, a);
}

/** The logs agree as far as is committed here. */
function matches(s: RaftState, to: NodeId, fx: Effects): void {
  const { term, commit } = s;
  const a: Appended = {
    kind: 'appended',
    term,
    round: 0,
    isMatch: true,
    index: commit,
    hintIndex: 0,
    hintTerm: 0,
  };
  fx.send(to, a);
}

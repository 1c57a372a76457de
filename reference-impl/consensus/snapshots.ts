/**
 * Snapshots (§7): a server's own on its way to the disk, after which the log before it is forgotten, and
 * the leader's on its way to a follower that needs entries which are forgotten.
 *
 * Both go piece by piece, each on the disk before the next is made, so that no handler takes long and
 * nothing piles up. The state goes on changing meanwhile; one transfer at a time holds its moment.
 */
import type { Effects, Json, NodeId, World } from '../../harness/core/host.ts';
import { beginAgain } from './messages.ts';
import type {
  Append,
  AppendRecord,
  Install,
  Installed,
  PieceRecord,
  SnapshotEndRecord,
  SnapshotHead,
  SnapshotRecord,
} from './messages.ts';
import { configurationAt } from './members.ts';
import { persistTerm } from './role.ts';
import type { RaftState } from './state.ts';
import { noteTexts } from './texts.ts';
import { giveUp, type Rows, type Writing } from './transfer.ts';

/** Begins a snapshot of what is applied if it is time. */
export function takeSnapshot(s: RaftState, w: World, fx: Effects): void {
  // It has got further than the leader's snapshot that was coming in.
  const t = s.transfer;
  if (t?.kind === 'receiving' && !t.isEnded && s.applied > t.head.index) giveUp(s);
  const sinceBytes = s.log.bytesUpTo(s.applied) - s.log.bytesUpTo(s.snapshot.index);
  if (s.transfer !== null || sinceBytes <= s.config.snapshotBytes) return;
  if (sinceBytes <= s.snapshot.bytes || s.applied > s.commit) return;
  const head = headOf(s);
  const id = w.random(2 ** 32);
  const record: SnapshotRecord = { kind: 'snapshot', id, head };
  const first = fx.persist(record);
  // What comes before is going to be forgotten: the term, the vote, and the entries that follow.
  let last = persistTerm(s, fx);
  for (let after = head.index; after < s.log.lastIndex;) {
    const entries = s.log.slice(after + 1, s.config.batchMax, s.config.batchBytesMax);
    const rest: AppendRecord = { kind: 'append', after, entries };
    last = fx.persist(rest);
    after += entries.length;
  }
  const rows = s.machine.rows();
  s.transfer = { kind: 'writing', id, head, rows, first, last, bytes: 0, isEnded: false };
}

/** Records up to `record` are on the disk: the next piece of the snapshot, or its end. */
export function snapshotDurable(s: RaftState, record: number, fx: Effects): void {
  const t = s.transfer;
  if (t === null || t.kind === 'sending' || record < t.last) return;
  if (t.isEnded) {
    s.transfer = null;
    s.snapshot = { index: t.head.index, bytes: t.bytes };
    s.log.forget(t.head.index, s.config.keptBytes);
    fx.forget(t.first);
  } else if (t.kind === 'writing') writePiece(s, t, fx);
}

function writePiece(s: RaftState, t: Writing, fx: Effects): void {
  const { rows, bytes } = takePiece(t.rows, s.config.pieceBytes);
  t.bytes += bytes;
  if (rows.length > 0) {
    const piece: PieceRecord = { kind: 'piece', id: t.id, rows };
    t.last = fx.persist(piece);
    return;
  }
  const end: SnapshotEndRecord = { kind: 'snapshot-end', id: t.id, isOwn: true, bytes: t.bytes };
  t.last = fx.persist(end);
  t.isEnded = true;
}

/** Leader: a follower needs what the log has no more. It gets the state as it is now. */
export function startSending(s: RaftState, slot: number, w: World, fx: Effects): void {
  // Its own is given up: the follower's redundancy is worth more than a short log.
  if (s.transfer?.kind === 'writing' && !s.transfer.isEnded) giveUp(s);
  if (s.transfer !== null || s.applied < s.commit) return;
  if (!s.rules.maySendSnapshot(s.next[slot] as number, s.log.first)) return;
  const head = headOf(s);
  const id = w.random(2 ** 32);
  const rows = s.machine.rows();
  const message = installOf(s, { id, head, rows, piece: 0 });
  s.transfer = { kind: 'sending', id, head, rows, slot, message, sentUs: w.nowUs };
  fx.send(s.servers[slot] as NodeId, message);
}

/**
 * Leader: a follower has a piece on its disk. True: that was the last, and the follower's log now rests
 * on `head`.
 */
export function pieceInstalled(
  s: RaftState,
  slot: number,
  m: Installed,
  w: World,
  fx: Effects,
): SnapshotHead | null {
  const t = s.transfer;
  if (t?.kind !== 'sending' || t.slot !== slot || t.id !== m.id) return null;
  if (m.piece === beginAgain && s.rules.beginsAgain()) giveUp(s);
  if (t.message.piece !== m.piece) return null;
  if (t.message.isLast) {
    giveUp(s);
    return t.head;
  }
  t.message = installOf(s, { ...t, piece: m.piece + 1 });
  t.sentUs = w.nowUs;
  fx.send(s.servers[slot] as NodeId, t.message);
  return null;
}

/** Leader, at each heartbeat: sends a piece again that was lost, gives up on who is gone. */
export function sendAgain(s: RaftState, w: World, fx: Effects): void {
  const t = s.transfer;
  if (t?.kind !== 'sending') return;
  const silentUs = w.nowUs - (s.heardUs[t.slot] as number);
  if (s.rules.isGone(silentUs, s.config.quorumLostUs)) giveUp(s);
  else if (s.rules.maySendAgain(w.nowUs - t.sentUs, s.config.quorumLostUs)) {
    t.sentUs = w.nowUs;
    fx.send(s.servers[t.slot] as NodeId, t.message);
  }
}

/** Leader: this follower has got further by itself. */
export function endSendingTo(s: RaftState, slot: number): void {
  const t = s.transfer;
  if (t?.kind === 'sending' && t.slot === slot && (s.match[slot] as number) >= t.head.index)
    giveUp(s);
}

/** Is the place before `next` of this follower forgotten here? */
export function needsSnapshot(s: RaftState, slot: number): boolean {
  return !s.log.knows((s.next[slot] as number) - 1);
}

/** A heartbeat to such a follower: it says nothing about the log, and every log agrees with it. */
export function bareHeartbeat(s: RaftState): Append {
  const { term, round } = s;
  const commit = s.rules.commitToldToUnknown(s.commit);
  return { kind: 'append', term, prevIndex: 0, prevTerm: 0, commit, round, entries: [] };
}

function headOf(s: RaftState): SnapshotHead {
  const placed = configurationAt(s, s.applied);
  return {
    index: s.applied,
    term: s.log.termAt(s.applied),
    hash: s.hash,
    ...(placed.index > 0 && { placed }),
  };
}

function installOf(
  s: RaftState,
  t: {
    readonly id: number;
    readonly head: SnapshotHead;
    readonly rows: Rows;
    readonly piece: number;
  },
): Install {
  const { id, head, piece } = t;
  const { rows } = takePiece(t.rows, s.config.pieceBytes);
  return { kind: 'install', term: s.term, id, head, piece, rows, isLast: rows.length === 0 };
}

/** Rows of `bytesMax` together, but one whatever its length; none: that was all. */
function takePiece(from: Rows, bytesMax: number): { rows: readonly Json[]; bytes: number } {
  const rows: Json[] = [];
  const texts: string[] = [];
  let bytes = 0;
  while (bytes < bytesMax) {
    const row = from.next();
    if (row === null) break;
    const text = JSON.stringify(row);
    rows.push(row);
    texts.push(text);
    bytes += Buffer.byteLength(text);
  }
  noteTexts(rows, texts);
  return { rows, bytes };
}

/**
 * Histories as DBCop writes them (Biswas & Enea, "On the complexity of checking transactional consistency", OOPSLA 2019) and
 * PolySI publishes its own, `history.bincode`: sessions of transactions on registers in bincode 1, for `rw-register`.
 *
 * Of a session the order of its transactions is told, and nothing of when it ran: each is at the same time as those of all
 * other sessions. What did not succeed was aborted. Registers hold 0 before anything is written, which stands
 * for null here.
 */
import type { Json } from '../../../core/host.ts';
import type { Op } from '../../operations.ts';
import type { Ending, JepsenHistory } from '../jepsen.ts';
import { Bincode } from './bincode.ts';

interface Txn {
  readonly process: number;
  readonly isCommitted: boolean;
  readonly events: readonly Event[];
}

interface Event {
  readonly isWrite: boolean;
  readonly key: Json;
  readonly value: Json;
}

/** Bytes that each takes at least, so that a count is refused before it is believed. */
const least = { session: 8, txn: 9, event: 18 } as const;
const note =
  "DBCop's files do not tell when sessions ran: transactions of different sessions count as concurrent, so that real time forbids nothing.";

/** Throws E_HISTORY with the byte and what was expected. */
export function readDbcop(pieces: Iterable<Uint8Array>, file: string): JepsenHistory {
  const all = inTurns(sessionsOf(new Bincode(pieces, file)));
  const ops = all.map((txn, id) => opOf(txn, id, all.length + id));
  const isAborted = (op: Op): boolean => all[op.id]?.isCommitted === false;
  const failed = ops.filter(isAborted);
  const endings = failed.map((op): Ending => ({ op, type: 'fail', timeUs: -1, error: null }));
  const happened = ops.filter((op) => !isAborted(op));
  return { ops: happened, failed, invoked: ops.length, endings, notes: [note] };
}

/** All calls come before all returns. */
function opOf({ process, isCommitted, events }: Txn, id: number, ret: number): Op {
  const told = (areReadsKnown: boolean): Json =>
    events.map(({ isWrite, key, value }) => {
      return [isWrite ? 'w' : 'r', key, isWrite || areReadsKnown ? value : null];
    });
  return {
    id,
    process,
    f: 'txn',
    key: '',
    input: told(false),
    output: isCommitted ? told(true) : null,
    call: id,
    ret,
    callUs: -1,
    retUs: -1,
  };
}

/** The first of each session, then the second ones: that says nothing of when they ran, and is near to how they may have. */
function inTurns(sessions: readonly (readonly Txn[])[]): Txn[] {
  const longest = Math.max(0, ...sessions.map((all) => all.length));
  return Array.from({ length: longest }, (_, i) => sessions.flatMap((all) => all[i] ?? [])).flat();
}

function sessionsOf(read: Bincode): Txn[][] {
  // What was asked for: which history, how many sessions, keys, transactions and operations.
  for (let i = 0; i < 5; i++) read.whole();
  // Which database, and when it began and ended.
  for (let i = 0; i < 3; i++) read.skipText();
  const sessions = read.list('sessions', least.session, (process) =>
    read.list('transactions', least.txn, () => txnOf(read, process)),
  );
  read.end();
  return sessions;
}

/** An operation that did not succeed is left out. */
function txnOf(read: Bincode, process: number): Txn {
  const events = read.list('operations', least.event, () => {
    const isWrite = read.bool();
    const key = read.whole();
    const value = read.whole();
    const event: Event = { isWrite, key, value: value === 0 ? null : value };
    return read.bool() ? [event] : [];
  });
  return { process, isCommitted: read.bool(), events: events.flat() };
}

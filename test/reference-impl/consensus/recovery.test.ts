/** What a server makes of its disk where entries were written beside a leader's snapshot that came in piece by piece. */
import assert from 'node:assert/strict';
import type { Effects, World } from '../../../harness/core/host.ts';
import type { Entry, RaftRecord } from '../../../reference-impl/consensus/messages.ts';
import { lan } from '../../../reference-impl/consensus/config.ts';
import { Raft } from '../../../reference-impl/consensus/raft.ts';
import { consensusRules } from '../../../reference-impl/consensus/rules.ts';

const world: World = { nowUs: 0, wallUs: 0, random: () => 0 };
const effects: Effects = {
  send: () => {},
  persist: () => 0,
  forget: () => {},
  observe: () => {},
  reply: () => {},
  setTimer: () => 0,
  cancelTimer: () => {},
};

const entry = (term: number): Entry => ({ term, command: { f: 'noop' } });
const head = { index: 30, term: 2, hash: 7 };
const ended = (isOwn: boolean): RaftRecord => ({ kind: 'snapshot-end', id: 5, isOwn, bytes: 9 });

/** Rows that the state took back, and where the log ends. */
function started(records: readonly RaftRecord[]): { rows: unknown[]; raft: Raft } {
  const rows: unknown[] = [];
  const raft = new Raft({
    self: 0,
    servers: [0, 1, 2],
    voters: [0, 1, 2],
    config: lan,
    rules: consensusRules,
    machine: {
      apply: () => {},
      leading: () => {},
      confirmed: () => {},
      changed: () => {},
      rows: () => ({ next: () => null, close: () => {} }),
      beginRestore: () => {},
      restore: (row) => void rows.push(row),
      adopt: () => {},
    },
  });
  raft.start(records, world, effects);
  return { rows, raft };
}

describe('recovery', () => {
  it('rests on the snapshot of a leader, though an entry of the log before it came in meanwhile', () => {
    const { rows, raft } = started([
      { kind: 'snapshot', id: 5, head },
      { kind: 'term', term: 2, votedFor: null },
      { kind: 'piece', id: 5, rows: ['a'] },
      { kind: 'append', after: 20, entries: [entry(1)] },
      { kind: 'piece', id: 5, rows: ['b'] },
      ended(false),
      { kind: 'append', after: 30, entries: [entry(2), entry(2)] },
    ]);
    assert.deepEqual(rows, ['a', 'b']);
    assert.equal(raft.view.log.lastIndex, 32);
    assert.equal(raft.applied, 30);
  });

  it('keeps what came in while it took a snapshot of its own', () => {
    const { raft } = started([
      { kind: 'snapshot', id: 5, head },
      { kind: 'term', term: 2, votedFor: null },
      { kind: 'append', after: 30, entries: [entry(2)] },
      { kind: 'piece', id: 5, rows: ['a'] },
      { kind: 'append', after: 31, entries: [entry(2)] },
      ended(true),
    ]);
    assert.equal(raft.view.log.lastIndex, 32);
  });

  it('keeps its log where the snapshot of a leader has no end', () => {
    const { raft } = started([
      { kind: 'term', term: 1, votedFor: null },
      { kind: 'append', after: 0, entries: [entry(1), entry(1)] },
      { kind: 'snapshot', id: 5, head },
      { kind: 'piece', id: 5, rows: ['a'] },
      { kind: 'append', after: 2, entries: [entry(1)] },
    ]);
    assert.equal(raft.view.log.lastIndex, 3);
    assert.equal(raft.applied, 0);
  });
});

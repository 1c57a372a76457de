/** Questions answered from the state that one server has applied. */
import type { Call, Json } from '../../harness/core/host.ts';
import type { Raft } from '../consensus/raft.ts';
import type { StoreAnswer } from './answered.ts';
import type { QueryOp } from './asked.ts';
import { pageOf, pageRevision, rangeOf } from './pages.ts';
import type { StoreState } from './state.ts';
import { listAt, problemWithPast, valueAt } from './tables/past.ts';

export type ReadOp = Exclude<QueryOp, { readonly f: 'renew' | 'changes' }>;

/** `ageUs`: since this server heard from a leader. */
export function answerRead(state: StoreState, op: ReadOp, ageUs: number): StoreAnswer {
  const { revision } = state;
  switch (op.f) {
    case 'read':
    case 'read-stale':
      return { type: 'value', ...state.keys.get(op.key), revision, ageUs };
    case 'read-at': {
      const problem = pastProblem(state, op.revision);
      if (problem !== null) return problem;
      const value = valueAt(state.past(), op.key, state.keys.get(op.key), op.revision);
      return { type: 'value', ...value, revision, ageUs };
    }
    case 'holder':
      return { type: 'holder', ...state.locks.holder(op.key), revision };
    case 'list': {
      const { revision: past } = op;
      const problem = past === undefined ? null : pastProblem(state, past);
      if (problem !== null) return problem;
      // What was stays: later pages of it need no look at what has changed.
      const at = past ?? pageRevision(state, op.page, 'kv', op.prefix);
      if (at === null) return changed;
      const now = state.keys.list(op.prefix);
      const all = past === undefined ? now : listAt(state.past(), op.prefix, now, past);
      const { rows, next } = pageOf(rangeOf(all, op), op.page, state.pages);
      return { type: 'entries', entries: rows, ...next, revision: at, ageUs };
    }
    case 'lookup': {
      const at = pageRevision(state, op.page, 'registry', op.service);
      if (at === null) return changed;
      const { rows, next } = pageOf(state.registry.lookup(op.service), op.page, state.pages);
      return { type: 'instances', instances: rows, ...next, revision: at, ageUs };
    }
  }
}

function pastProblem(state: StoreState, at: number): StoreAnswer | null {
  const { log, present, rules } = state.past();
  const error = problemWithPast(log, at, present, rules);
  return error && { type: 'error', error };
}

const changed: StoreAnswer = { type: 'error', error: { code: 'changed' } };

/** A call from this node's own front door, for people: local, unconfirmed. */
export function answerCall(state: StoreState, raft: Raft, c: Call, nowUs: number): Json {
  const ageUs = raft.leaderAgeUs(nowUs);
  const { revision } = state;
  switch (c.f) {
    case 'status': {
      const { role, term, leader, commit, log } = raft.view;
      return { role, term, leader, commit, lastIndex: log.lastIndex, revision, ageUs };
    }
    case 'servers': {
      const { term, leader, members } = raft.view;
      const { voters, learners } = members.configuration;
      return { voters, learners, leader, term };
    }
    case 'read-stale':
      return { ...state.keys.get(c.key), revision, ageUs };
    case 'list':
      return { entries: state.keys.list(c.key).map((e) => ({ ...e })), revision, ageUs };
    case 'lookup':
      return { instances: state.registry.lookup(c.key).map((e) => ({ ...e })), revision, ageUs };
    default:
      return { error: `the store has no call ${c.f}` };
  }
}

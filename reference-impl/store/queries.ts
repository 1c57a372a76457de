/** Questions answered from the state that one server has applied. */
import type { Call, Json } from '../../harness/core/host.ts';
import type { Raft } from '../consensus/raft.ts';
import type { QueryOp, StoreAnswer } from './protocol.ts';
import type { StoreState } from './state.ts';

export type ReadOp = Exclude<QueryOp, { readonly f: 'renew' }>;

/** `ageUs`: since this server heard from a leader. */
export function answerRead(state: StoreState, op: ReadOp, ageUs: number): StoreAnswer {
  const { revision } = state;
  switch (op.f) {
    case 'read':
    case 'read-stale':
      return { type: 'value', ...state.keys.get(op.key), revision, ageUs };
    case 'list':
      return { type: 'entries', entries: state.keys.list(op.prefix), revision, ageUs };
    case 'lookup':
      return { type: 'instances', instances: state.registry.lookup(op.service), revision, ageUs };
  }
}

/** A call from this node's own front door, for people: local, unconfirmed. */
export function answerCall(state: StoreState, raft: Raft, c: Call, nowUs: number): Json {
  const ageUs = raft.leaderAgeUs(nowUs);
  const { revision } = state;
  switch (c.f) {
    case 'status': {
      const { role, term, leader, commit, log } = raft.view;
      return { role, term, leader, commit, lastIndex: log.lastIndex, revision, ageUs };
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

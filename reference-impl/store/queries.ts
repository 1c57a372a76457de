/** Questions answered from the state that one server has applied. */
import type { Call, Json } from '../../harness/core/host.ts';
import type { Raft } from '../consensus/raft.ts';
import type { KeyValue, StoreAnswer } from './answered.ts';
import type { Page, QueryOp, WatchScope } from './asked.ts';
import type { StoreState } from './state.ts';
import { isWanted } from './tables/changes.ts';
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
      const { rows, next } = pageOf(rangeOf(all, op), op.page);
      return { type: 'entries', entries: rows, ...next, revision: at, ageUs };
    }
    case 'lookup': {
      const at = pageRevision(state, op.page, 'registry', op.service);
      if (at === null) return changed;
      const { rows, next } = pageOf(state.registry.lookup(op.service), op.page);
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
/** Bytes as JSON of one page; a single longer row goes alone. Well below a frame. */
const pageBytesMax = 1_024 * 1_024;

/** The revision that a list is of: the present, or that of its first page; null when it has changed. */
function pageRevision(
  { changes, revision }: StoreState,
  page: Page | undefined,
  scope: WatchScope,
  prefix: string,
): number | null {
  if (page === undefined) return revision;
  // A server that is behind the first page's has not seen what may have changed.
  if (page.at < changes.compacted || page.at > revision) return null;
  for (let r = page.at + 1; r <= revision; r++) {
    if (changes.at(r).some((e) => isWanted(e, scope, prefix))) return null;
  }
  return page.at;
}

function rangeOf(
  all: readonly KeyValue[],
  { after, limit }: { readonly after?: string; readonly limit?: number },
): readonly KeyValue[] {
  const rest = after === undefined ? all : all.filter(({ key }) => key > after);
  return limit === undefined ? rest : rest.slice(0, limit);
}

function pageOf<T>(
  all: readonly T[],
  page: Page | undefined,
): { readonly rows: readonly T[]; readonly next: { readonly next?: number } } {
  const from = page?.from ?? 0;
  let end = from;
  for (let bytes = 0; end < all.length; end++) {
    bytes += Buffer.byteLength(JSON.stringify(all[end]));
    if (bytes > pageBytesMax && end > from) break;
  }
  const rows = from === 0 && end === all.length ? all : all.slice(from, end);
  return { rows, next: end < all.length ? { next: end } : {} };
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

/** Transcripts' words: requests read from a line, messages and observations written in one. */
import assert from 'node:assert/strict';
import type { Json, Msg } from '../../../harness/core/host.ts';
import type { Observation } from '../../../harness/core/observation.ts';
import type {
  AppliedObservation,
  ConfigurationObservation,
  HandOverObservation,
} from '../../../reference-impl/consensus/observations.ts';
import type { RoleObservation } from '../../../harness/core/observation.ts';
import type { RaftMessage } from '../../../reference-impl/consensus/messages.ts';
import type { WatchEvent } from '../../../reference-impl/store/answered.ts';
import type { Consistency, StoreOp, WatchScope } from '../../../reference-impl/store/asked.ts';
import type { FromStore, ToStore } from '../../../reference-impl/store/protocol.ts';

/** `write x 1`, `cas x 1 2`, `register web 7 ttl=3000`, `watch kv config/ after=3` (or `now`), … */
export function parseRequest(
  words: readonly string[],
  options: ReadonlyMap<string, string>,
  id: number,
): ToStore {
  const [f, a = '', b = ''] = words;
  const watch = Number(options.get('watch') ?? 1);
  if (f === 'watch') {
    const from = options.get('after') ?? '0';
    const after = from === 'now' ? null : Number(from);
    return { kind: 'watch', watch, replyLane: 2, scope: a as WatchScope, prefix: b, after };
  }
  if (f === 'unwatch') return { kind: 'unwatch', watch, replyLane: 2 };
  const session = Number(options.get('session') ?? 1);
  const [oldest, base] = [options.get('oldest') ?? 1, options.get('base') ?? 0].map(Number);
  const op = parseOp(words, options);
  return { kind: 'request', session, id, oldest, base, replyLane: 2, op } as ToStore;
}

function parseOp(words: readonly string[], options: ReadonlyMap<string, string>): StoreOp {
  const [f = '', a = '', b = 'null', c = 'null'] = words;
  const consistency = (options.get('consistency') ?? 'consistent') as Consistency;
  switch (f) {
    case 'read-stale':
      return { f, key: a, seen: Number(options.get('seen') ?? 0) };
    case 'read':
    case 'delete':
      return { f, key: a };
    case 'write':
      return { f, key: a, value: JSON.parse(b) as Json };
    case 'write-all':
      return { f, values: { [a]: JSON.parse(b) as Json, [c]: JSON.parse(words[4] ?? '') as Json } };
    case 'cas':
      return { f, key: a, from: JSON.parse(b) as Json, to: JSON.parse(c) as Json };
    case 'read-at':
      return { f, key: a, revision: Number(b) };
    case 'compact':
      return { f, revision: Number(a) };
    case 'list': {
      const at = options.get('revision');
      return { f, prefix: a, consistency, ...(at !== undefined && { revision: Number(at) }) };
    }
    case 'lookup':
      return { f, service: a, consistency };
    case 'register': {
      const ttlUs = Number(options.get('ttl') ?? 30_000) * 1_000;
      return { f, service: a, instance: Number(b), zone: 'a', tags: [], ttlUs };
    }
    case 'acquire':
      return { f, key: a, ttlUs: Number(options.get('ttl') ?? 30_000) * 1_000 };
    case 'release':
      return { f, key: a, token: Number(b) };
    case 'write-fenced': {
      const [lock = '', token] = (options.get('fence') ?? '').split(':');
      return { f, key: a, value: JSON.parse(b) as Json, lock, token: Number(token) };
    }
    case 'change-servers': {
      const ids = (name: string): number[] =>
        (options.get(name) ?? '')
          .split(',')
          .filter((x) => x !== '')
          .map(Number);
      return { f, add: ids('add'), remove: ids('remove') };
    }
    case 'hand-over':
      return { f, to: Number(a) };
    case 'renew':
    case 'deregister':
      return { f, lease: Number(a) };
    default:
      return assert.fail(`no such request: ${f}`);
  }
}

type Told = AppliedObservation | ConfigurationObservation | HandOverObservation;

/** A message or an observation in a few words. */
export function show(said: Msg | Observation): string {
  const m = said as RaftMessage | FromStore | RoleObservation | Told;
  switch (m.kind) {
    case 'role':
      return `is ${m.role} in term ${m.term}`;
    case 'configuration': {
      const old = m.old === undefined ? '' : `${m.old.join()} and `;
      const learners = m.learners.length === 0 ? '' : ` (learns: ${m.learners.join()})`;
      const holders = m.holders === undefined ? '' : ` held by ${m.holders.join()}`;
      return `${m.change} ${m.index}: ${old}${m.voters.join()}${learners}${holders}`;
    }
    case 'hand-over':
      return `hands over to ${m.to}`;
    case 'timeout-now':
      return `stand now, term=${m.term}`;
    case 'applied':
      return `applied ${m.index} of term ${m.term}`;
    case 'vote-request':
      return `${m.isPre ? 'pre-vote' : 'vote'}? term=${m.term} log=${m.lastIndex}/${m.lastTerm}`;
    case 'vote':
      return `${m.isPre ? 'pre-vote' : 'vote'}: ${m.isGranted ? 'yes' : 'no'} term=${m.term}`;
    case 'append': {
      const entries = m.entries.map((e) => e.term).join(' ');
      return `append term=${m.term} prev=${m.prevIndex}/${m.prevTerm} commit=${m.commit} [${entries}]`;
    }
    case 'appended':
      if (m.isMatch) return `appended term=${m.term} up to ${m.index}`;
      return `refused term=${m.term} prev=${m.index} hint=${m.hintIndex}/${m.hintTerm}`;
    case 'install':
      return `install ${m.head.index}/${m.head.term} piece=${m.piece}${m.isLast ? ' (last)' : ''}`;
    case 'installed':
      return `installed piece=${m.piece}`;
    case 'response':
      return `#${m.id} ${showFields(m.answer)}`;
    case 'events':
      return `events (${m.after}, ${m.revision}]: ${m.events.map(showEvent).join(', ') || 'none'}`;
    case 'watch-failed':
      return `watch failed: ${showFields(m.error)}`;
    default:
      return showFields(said);
  }
}

/** The answer to the call `status`. */
export function showStatus(v: Json): string {
  const s = v as Readonly<Record<string, Json>>;
  const names = ['role', 'term', 'leader', 'commit', 'lastIndex', 'revision'];
  return names.map((n) => `${n}=${JSON.stringify(s[n])}`).join(' ');
}

function showEvent(e: WatchEvent): string {
  if (e.scope === 'kv') return `${e.revision} ${e.key}=${JSON.stringify(e.value)}`;
  return `${e.revision} ${e.entry.service}/${e.entry.instance} ${e.change}`;
}

/** `done revision=3`: the first field bare, ages and hashes left out. */
function showFields(o: object): string {
  const fields = Object.entries(o).filter(([k]) => k !== 'ageUs' && k !== 'hash');
  return fields
    .map(([k, v]: [string, unknown], i) => {
      const text = typeof v === 'object' && v !== null && k === 'error' ? showFields(v) : null;
      const value = text ?? (typeof v === 'string' ? v : JSON.stringify(v));
      return i === 0 || text !== null ? value : `${k}=${value}`;
    })
    .join(' ');
}

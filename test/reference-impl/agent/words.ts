/** The words of the agents' transcripts: what was said as a line, and a line as what is said. */
import assert from 'node:assert/strict';
import type { Json, NodeId } from '../../../harness/core/host.ts';
import { formatDuration } from '../../../harness/core/duration.ts';
import { digestOf } from '../../../reference-impl/discovery/observations.ts';
import type { DiscoveredObservation } from '../../../reference-impl/discovery/observations.ts';
import type { Evidence } from '../../../reference-impl/evidence/observations.ts';
import type { Observation } from '../../../harness/core/observation.ts';
import type { Outcome } from '../../../harness/core/system.ts';
import type { AgentMessage } from '../../../reference-impl/agent/wire.ts';
import { hashOfEntry, hashOfKey } from '../../../reference-impl/store/digest.ts';
import type { StoreAnswer, WatchEvent } from '../../../reference-impl/store/answered.ts';
import type { CatalogEntry } from '../../../reference-impl/store/asked.ts';
import type { StoreEvents, ToStore } from '../../../reference-impl/store/protocol.ts';

/** What `show` of a transcript selects by. */
export function topic(said: { readonly kind: string }): string {
  const m = said as ToStore | Observation;
  if (m.kind === 'request') return m.op.f;
  return m.kind === 'evidence' ? m.evidence.kind : m.kind;
}

export function show(said: unknown): string {
  const m = said as Shown;
  const printer = printers[m.kind] as ((m: Shown) => string) | undefined;
  return printer === undefined ? showOutcome(said as Outcome) : printer(m);
}

type Shown = ToStore | AgentMessage | Observation;

const printers: { [K in Shown['kind']]?: (m: Extract<Shown, { kind: K }>) => string } = {
  // What a digest is says nothing to a reader; whether it was right shows in what follows.
  request: ({ op: { f, ...rest }, id }) =>
    `${f} ${pairs({ ...rest, digest: undefined })}, id ${id}`,
  watch: (m) => `watch ${m.scope} "${m.prefix}" after ${m.after}`,
  unwatch: () => 'unwatch',
  call: (m) => `call ${m.service}, budget ${formatDuration(m.budgetUs)}`,
  check: () => 'check',
  answer: (m) => {
    const again = m.retryAfterUs === undefined ? '' : ` after ${formatDuration(m.retryAfterUs)}`;
    const signal = m.signal === undefined ? '' : `, ${m.signal}${again}`;
    return `answer ${m.error ?? 'ok'}, ${m.fallbacks} fallbacks${signal}`;
  },
  turn: (m) => `call ${m.number} ${m.change}`,
  'copy-differs': (m) => `its copy of ${m.of} differs at revision ${m.revision}`,
  circuit: (m) => `circuit to ${m.service}: ${m.from} → ${m.to}, ${m.cause}`,
  routed: (m) => `routed ${m.service} to ${m.instance ?? 'nobody'}: ${m.outcome}`,
  config: (m) => `config ${m.key} is ${m.value} at revision ${m.revision}`,
  mode: (m) => `mode ${m.from} → ${m.to}: ${m.trigger}`,
  evidence: (m) => showEvidence(m.evidence),
};

/** `instances`: all that this makes of the list. */
export function showDiscovered(d: DiscoveredObservation, instances: readonly NodeId[]): string {
  assert.deepEqual([d.size, d.digest], [instances.length, digestOf(instances)]);
  return `discovered ${d.service} [${instances.join(' ')}] at revision ${d.revision}`;
}

function showEvidence(e: Evidence): string {
  return `evidence ${e.kind} ${e.subject}: ${e.binding}, ${e.freshness}`;
}

function showOutcome(o: Outcome): string {
  if (o.type !== 'ok') return o.type === undefined ? JSON.stringify(o) : `${o.type}, ${o.error}`;
  const version = o.version === undefined ? '' : `, version ${o.version}`;
  return `ok ${JSON.stringify(o.value)}${version}`;
}

/** `back:5,6 front:3` → the catalog; `-` is an empty one. */
export function parseCatalog(words: readonly string[]): CatalogEntry[] {
  return words.flatMap((word) => {
    const [service = '', ids = ''] = word.split(':');
    return ids === '' ? [] : ids.split(',').map((id) => entry(service, Number(id)));
  });
}

/** `not-leader 2`, `busy`, `entries 9 config/a=1`, `done 7`, `value 5 7`, `lease 4`, `instances 9 back:5,6`, `changes 9 back:5,6` or `changes 9 config/a=1@7` (none, and the digest of these), `cas-mismatch`, `behind 3`. */
export function parseAnswer([what = '', first = '', ...rest]: readonly string[]): StoreAnswer {
  const revision = Number(first);
  switch (what) {
    case 'done':
      return { type: 'done', revision };
    case 'value': {
      const version = Number(rest[0]);
      return {
        type: 'value',
        value: JSON.parse(first) as Json,
        version,
        revision: version,
        ageUs: 0,
      };
    }
    case 'lease':
      return { type: 'lease', lease: revision, ttlUs: 30_000_000, revision };
    case 'instances':
      return { type: 'instances', instances: parseCatalog(rest), revision, ageUs: 0 };
    case 'changes': {
      const digest = rest.flatMap(hashes).reduce((sum, hash) => (sum + hash) >>> 0, 0);
      return { type: 'changes', after: revision, events: [], revision, digest, ageUs: 0 };
    }
    case 'entries': {
      const entries = rest.map((word) => {
        const [key = '', value = ''] = word.split('=');
        return { key, value, version: revision };
      });
      return { type: 'entries', entries, revision, ageUs: 0 };
    }
    case 'not-leader':
      return {
        type: 'error',
        error: { code: 'not-leader', leader: first === '' ? null : Number(first) },
      };
    case 'busy':
      return { type: 'error', error: { code: 'busy' } };
    case 'compacted':
      return { type: 'error', error: { code: 'compacted', compacted: 0, revision: 0 } };
    case 'behind':
      return { type: 'error', error: { code: 'behind', revision } };
    case 'cas-mismatch':
      return { type: 'error', error: { code: 'cas-mismatch', revision: 0 } };
    case 'unknown-lease':
      return { type: 'error', error: { code: 'unknown-lease', lease: revision } };
    default:
      throw new Error(`unknown answer ${what}`);
  }
}

/** `9 11 registered back 6 @10`, `9 10 set config/a 1 @10` → events after revision 9 up to 11 (10). */
export function parseEvents([after = '', revision = '', ...rest]: readonly string[]): StoreEvents {
  const events: WatchEvent[] = [];
  for (let i = 0; i + 3 < rest.length; i += 4) {
    const [change, name = '', value = '', at = ''] = rest.slice(i, i + 4);
    const atRevision = Number(at.slice(1));
    events.push(
      change === 'set'
        ? { scope: 'kv', revision: atRevision, key: name, value, previous: null }
        : {
            scope: 'registry',
            revision: atRevision,
            change: change as 'registered' | 'deregistered' | 'expired',
            entry: entry(name, Number(value)),
          },
    );
  }
  const watch = events[0]?.scope === 'kv' ? 2 : 1;
  return {
    kind: 'events',
    watch,
    after: Number(after),
    revision: Number(revision),
    events,
    ageUs: 0,
  };
}

/** Of the rows of a list that one word tells of. */
function hashes(word: string): number[] {
  const [key = '', value = '', version = ''] = word.split(/[=@]/);
  return value === ''
    ? parseCatalog([word]).map(hashOfEntry)
    : [hashOfKey(key, value, Number(version))];
}

function entry(service: string, instance: NodeId): CatalogEntry {
  return {
    service,
    instance,
    zone: `zone-${(instance + 1) % 2}`,
    tags: [],
    ttlUs: 30_000_000,
    lease: instance,
  };
}

function pairs(record: object): string {
  return Object.entries(record as Record<string, Json>)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(' ');
}

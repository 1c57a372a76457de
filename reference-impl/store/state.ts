/**
 * The replicated state: key-value store, registry, locks, sessions. A pure deterministic function of the
 * log: the same commands in the same order give the same state and answers on every server.
 *
 * Every change takes one revision, however many keys it sets. No clock here: whether a lease has expired is decided by the
 * leader (`leases.ts`) and comes as a command.
 */
import { assert } from '../../harness/core/assert.ts';
import type { Json, NodeId } from '../../harness/core/host.ts';
import { type Change, Changes } from './changes.ts';
import type { ChangeCommand, StoreCommand } from './command.ts';
import type { StoreConfig } from './config.ts';
import type { Lease } from './leases.ts';
import { Locks } from './locks.ts';
import type { CatalogEntry, ChangeOp, KeyValue, StoreAnswer, WatchEvent } from './protocol.ts';
import { storeRules, type StoreRules } from './rules.ts';
import { Sessions } from './sessions.ts';
import { problemWith } from './validate.ts';

interface Value {
  readonly value: Json;
  readonly version: number;
}

type StateRules = Pick<StoreRules, 'isDoneOnce' | 'answerAgain' | 'mayAcquire' | 'mayWriteFenced'>;
type RegisterOp = ChangeOp & { readonly f: 'register' };

export class StoreState {
  revision = 0;
  readonly changes: Changes;
  readonly sessions: Sessions;
  /** By lease. */
  readonly leases = new Map<number, CatalogEntry>();
  private readonly rules: StateRules;
  private readonly locks: Locks;
  private readonly services = new Map<string, Map<NodeId, CatalogEntry>>();
  private readonly values = new Map<string, Value>();

  constructor(config: StoreConfig, rules: StateRules = storeRules) {
    this.rules = rules;
    this.locks = new Locks(rules);
    this.changes = new Changes(config.historyMax);
    this.sessions = new Sessions(config.sessionsMax);
  }

  /** `index`: its position in the log. The answer for the client, or null when there is nobody to answer or nothing to say. */
  apply(c: StoreCommand, index: number): StoreAnswer | null {
    switch (c.f) {
      case 'noop':
        return null;
      case 'change':
        return this.changeOnce(c, index);
      case 'expire':
        for (const lease of c.leases) {
          if (this.endLease(lease, 'expired') !== null) continue;
          this.note(this.locks.expire(lease, this.revision + 1));
        }
        return null;
    }
  }

  /** Everything that ends when it is not renewed. */
  *expirable(): Generator<Lease> {
    for (const { lease, ttlUs } of this.leases.values()) yield { of: 'registration', lease, ttlUs };
    for (const { lease, ttlUs } of this.locks.leases()) yield { of: 'lock', lease, ttlUs };
  }

  get(key: string): Value {
    return this.values.get(key) ?? missing;
  }

  /** Keys with this prefix, ascending. */
  list(prefix: string): readonly KeyValue[] {
    const found: KeyValue[] = [];
    for (const [key, v] of this.values) if (key.startsWith(prefix)) found.push({ key, ...v });
    return found.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** Instances of `service`, or of all when it is empty; ordered by service, then instance. */
  lookup(service: string): readonly CatalogEntry[] {
    const names = service === '' ? [...this.services.keys()].sort() : [service];
    return names.flatMap((name) =>
      [...(this.services.get(name)?.values() ?? [])].sort((a, b) => a.instance - b.instance),
    );
  }

  /** The network repeats datagrams, and clients try again: a change is executed once. */
  private changeOnce(c: ChangeCommand, index: number): StoreAnswer | null {
    const known = this.sessions.find(c);
    if (known === 'forgotten') return null;
    if (known === 'lost') return { type: 'error', error: { code: 'session-lost' } };
    if (known !== 'new' && this.rules.isDoneOnce('execution')) {
      return this.rules.answerAgain('execution', known);
    }
    const answer = this.change(c.op);
    this.sessions.remember(c, answer, index);
    return answer;
  }

  private change(op: ChangeOp): StoreAnswer {
    const problem = problemWith(op);
    assert(problem === null, 'what entered the log can be carried', { problem });
    switch (op.f) {
      case 'write':
        return this.put({ [op.key]: op.value });
      case 'write-all':
        return this.put(op.values);
      case 'delete':
        return this.put({ [op.key]: null });
      case 'cas':
        if (!isSame(this.get(op.key).value, op.from)) {
          return { type: 'error', error: { code: 'cas-mismatch', revision: this.revision } };
        }
        return this.put({ [op.key]: op.to });
      case 'register':
        return this.register(op);
      case 'deregister':
        return this.deregister(op.lease);
      case 'acquire':
        return this.noted(this.locks.acquire(op, this.revision + 1));
      case 'release':
        return this.noted(this.locks.release(op, this.revision + 1));
      case 'write-fenced':
        return this.locks.refusal(op.lock, op.token) ?? this.put({ [op.key]: op.value });
    }
  }

  private noted(done: {
    readonly answer: StoreAnswer;
    readonly change: Change | null;
  }): StoreAnswer {
    this.note(done.change);
    return done.answer;
  }

  private note(change: Change | null): void {
    if (change === null) return;
    this.revision = change.revision;
    this.changes.add([change]);
  }

  /** Null is the value of a key that is not there; to remove what is not there changes nothing. */
  private put(values: Readonly<Record<string, Json>>): StoreAnswer {
    const keys = Object.keys(values)
      .filter((key) => (values[key] ?? null) !== null || this.values.has(key))
      .sort();
    if (keys.length === 0) return { type: 'done', revision: this.revision, isChanged: false };
    this.revision += 1;
    const { revision } = this;
    const events = keys.map((key): WatchEvent => {
      const value = values[key] ?? null;
      const previous = this.values.get(key) ?? null;
      if (value === null) this.values.delete(key);
      else this.values.set(key, { value, version: revision });
      return { scope: 'kv', revision, key, value, previous };
    });
    this.changes.add(events);
    return { type: 'done', revision };
  }

  private register(op: RegisterOp): StoreAnswer {
    this.revision += 1;
    const instances = this.services.get(op.service) ?? new Map<NodeId, CatalogEntry>();
    this.services.set(op.service, instances);
    const replaced = instances.get(op.instance);
    if (replaced !== undefined) this.leases.delete(replaced.lease);
    const { service, instance, zone, tags, ttlUs } = op;
    const entry: CatalogEntry = { service, instance, zone, tags, ttlUs, lease: this.revision };
    instances.set(instance, entry);
    this.leases.set(entry.lease, entry);
    this.changes.add([{ scope: 'registry', revision: this.revision, change: 'registered', entry }]);
    return { type: 'lease', lease: entry.lease, ttlUs, revision: this.revision };
  }

  private deregister(lease: number): StoreAnswer {
    const entry = this.endLease(lease, 'deregistered');
    if (entry === null) return { type: 'error', error: { code: 'unknown-lease', lease } };
    return { type: 'lease', lease, ttlUs: entry.ttlUs, revision: this.revision };
  }

  private endLease(lease: number, change: 'deregistered' | 'expired'): CatalogEntry | null {
    const entry = this.leases.get(lease);
    if (entry === undefined) return null;
    this.revision += 1;
    this.leases.delete(lease);
    const instances = this.services.get(entry.service);
    instances?.delete(entry.instance);
    if (instances?.size === 0) this.services.delete(entry.service);
    this.changes.add([{ scope: 'registry', revision: this.revision, change, entry }]);
    return entry;
  }
}

const missing: Value = { value: null, version: 0 };

/** Equal as JSON; objects with their keys in the same order. */
function isSame(a: Json, b: Json): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

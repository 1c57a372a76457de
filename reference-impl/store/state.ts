/**
 * The replicated state: tables, one after the other. A pure deterministic function of the log: the
 * same commands in the same order give the same state and answers on every server.
 *
 * Every change takes one revision, however many keys it sets. No clock here: whether a lease has
 * expired is decided by the leader (`leases.ts`) and comes as a command.
 */
import { assert } from '../../harness/core/assert.ts';
import type { Json } from '../../harness/core/host.ts';
import { hashJson } from '../../harness/core/prng.ts';
import type { ChangeCommand, StoreCommand } from './command.ts';
import type { StoreConfig } from './config.ts';
import type { HeldLock, KeyLease, StoreAnswer } from './answered.ts';
import type { CatalogEntry, ChangeOp, WatchScope } from './asked.ts';
import { storeRules, type StoreRules } from './rules.ts';
import { Barriers } from './tables/barriers.ts';
import { Changes } from './tables/changes.ts';
import { Keys } from './tables/keys.ts';
import { Locks } from './tables/locks.ts';
import type { Pages } from './pages.ts';
import type { Past } from './tables/past.ts';
import { Registry } from './tables/registry.ts';
import { Sessions } from './tables/sessions.ts';
import type { Change, Kept, Lease, Table } from './tables/table.ts';
import { problemWith } from './validate.ts';

type StateRules = Pick<
  StoreRules,
  | 'isDoneOnce'
  | 'answerAgain'
  | 'mayAcquire'
  | 'permitsOf'
  | 'isPermitOf'
  | 'mayWriteFenced'
  | 'opensBarrier'
  | 'staysOpen'
  | 'isLeft'
  | 'txnWrites'
  | 'txnReadsOwn'
  | 'txnSucceeds'
  | 'endsWithLease'
  | 'keepsLease'
  | 'isOfOneMoment'
  | 'staysRemoved'
  | 'asOf'
  | 'isForgotten'
  | 'forgetsUpTo'
  | 'mayGoOn'
  | 'nextPage'
  | 'removedWith'
  | 'mayBeCopy'
  | 'tokenOfForgotten'
>;

/** One row of a snapshot, with the name of its table; the first of all is the revision. */
type StateRow = readonly [table: string, row: Json];

export class StoreState {
  revision = 0;
  readonly keys: Keys;
  readonly registry = new Registry();
  readonly locks: Locks;
  readonly sessions: Sessions;
  readonly changes: Changes;
  /** How lists of it come. */
  readonly pages: Pages;
  private readonly rules: StateRules;
  private readonly tables: readonly Table[];
  /** Whose each operation is. */
  private readonly executes: ReadonlyMap<string, Table>;

  constructor(config: StoreConfig, rules: StateRules = storeRules) {
    this.rules = rules;
    this.pages = { bytesMax: config.pageBytesMax, rules };
    this.changes = new Changes(config.historyMax, rules);
    this.keys = new Keys(rules, (present) => this.past(present));
    this.locks = new Locks(rules, config.freeLocksMax);
    this.sessions = new Sessions(config.sessionsMax, rules);
    this.tables = [this.keys, this.registry, this.locks, new Barriers(rules)];
    this.executes = new Map(
      [...this.tables, this.changes].flatMap((t) => t.executes.map((f) => [f, t] as const)),
    );
  }

  /** What was before the present, as far as it is known. */
  past(present = this.revision): Past {
    return { log: this.changes, present, rules: this.rules };
  }

  /** `index`: its position in the log. The answer for the client, or null when there is none. */
  apply(c: StoreCommand, index: number): StoreAnswer | null {
    switch (c.f) {
      case 'noop':
      case 'configuration':
        return null;
      case 'change':
        return this.changeOnce(c, index);
      case 'expire':
        for (const lease of c.leases) this.expire(lease);
        return null;
    }
  }

  /** Of all configuration (`kv`), or of the whole catalog. */
  digest(scope: WatchScope): number {
    return scope === 'kv' ? this.keys.configDigest.value : this.registry.copyDigest.value;
  }

  /** Everything that ends when it is not renewed. */
  *expirable(): Generator<Lease> {
    for (const table of this.tables) yield* table.expirable();
  }

  /** What is held under this lease: a registration, a lock, or keys. */
  leased(lease: number): CatalogEntry | HeldLock | KeyLease | undefined {
    return this.registry.get(lease) ?? this.locks.get(lease) ?? this.keys.leases.get(lease);
  }

  /** All rows as they are now, however late they are taken. One at a time; close it or take all. */
  rows(isWanted: (table: string) => boolean = () => true): StateRows {
    return new StateRows(
      this.kept().filter((k) => isWanted(k.name)),
      this.revision,
    );
  }

  restore(row: Json): void {
    const [name, inner] = row as StateRow;
    if (name === 'revision') {
      this.revision = inner as number;
      return;
    }
    const table = this.kept().find((k) => k.name === name);
    assert(table !== undefined, 'a snapshot of tables that are known', { name });
    table.restore(inner);
  }

  /** A hash of all rows, whatever their order. */
  get hash(): number {
    let hash = hashJson(['revision', this.revision]);
    for (const k of this.kept()) hash = (hash + k.digest()) >>> 0;
    return hash;
  }

  private kept(): readonly Kept[] {
    return [...this.tables, this.sessions, this.changes, this.keys.leases];
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
    for (const table of [...this.tables, this.changes]) {
      const error = table.check(op, this.revision);
      if (error !== null) return { type: 'error', error };
    }
    const table = this.executes.get(op.f);
    assert(table !== undefined, 'a table executes each operation', { f: op.f });
    const { answer, changes } = table.apply(op, this.revision + 1);
    this.note(changes);
    return answer;
  }

  private expire(lease: number): void {
    for (const table of this.tables) {
      const changes = table.expire(lease, this.revision + 1);
      if (changes !== null) return this.note(changes);
    }
  }

  private note(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    this.revision += 1;
    this.changes.add(changes);
  }
}

/** The rows of all tables as they were when it was made. */
export class StateRows {
  private readonly rows: (readonly [string, Iterator<Json>])[];

  constructor(kept: readonly Kept[], revision: number) {
    const first: Json[] = [revision];
    this.rows = [['revision', first.values()], ...kept.map((k) => [k.name, k.rows()] as const)];
  }

  /** The next row, or null when that was the last. */
  next(): StateRow | null {
    for (let of = this.rows[0]; of !== undefined; of = this.rows[0]) {
      const step = of[1].next();
      if (step.done !== true) return [of[0], step.value];
      this.rows.shift();
    }
    return null;
  }

  close(): void {
    for (const [, rows] of this.rows.splice(0)) rows.return?.();
  }
}

/** What keys were when, as far as anybody was told: by changes, by reads, and by reads at a revision. */
import type { OperationEvent } from '../../core/history.ts';
import type { Json } from '../../core/host.ts';
import { when } from '../describe.ts';
import { nameOf, textOf, toldBy } from '../values.ts';
import { Lists, type ToldList } from './lists.ts';

/** The key was given this value at a revision; null: it was removed. */
interface Fact {
  readonly version: number;
  readonly value: Json;
  readonly sentence: string;
  readonly op: number;
}

/** At revision `at` the last change of the key was that of `version`; 0: it was not there. */
interface Claim extends Fact {
  readonly at: number;
}

interface Key {
  readonly name: string;
  /** By revision. */
  readonly facts: Map<number, Fact>;
  readonly claims: Claim[];
  /** Removals of which nobody knows when they happened, if they did: that it was gone proves nothing then. */
  readonly removals: Set<number>;
}

/** Two that cannot both be true. */
export type Contradiction = readonly [Fact, Claim];

export class Pasts {
  private readonly keys = new Map<string, Key>();
  /** By operation: what a read at a revision asked for. */
  private readonly asked = new Map<number, number>();
  private readonly asking = new Lists();
  private readonly lists: ToldList[] = [];
  /** Removals of all keys that begin so, by operation; and those of which the revision is known. */
  private readonly openPrefixes = new Map<number, string>();
  private readonly prefixes: { readonly prefix: string; readonly fact: Fact }[] = [];

  event(e: OperationEvent): Contradiction | null {
    if (e.f === 'delete') return this.removal(e);
    if (e.f === 'delete-prefix') return this.prefixRemoval(e);
    if (e.f === 'read-at') return this.readAt(e);
    if (e.f === 'list') return this.list(e);
    if (e.type === 'invoke') for (const key of mayGo(e)) this.keyOf(key).removals.add(e.op);
    if (e.type !== 'ok') return null;
    for (const { key, value, version } of [...toldBy(e), ...writtenIfKnown(e)]) {
      if (version === null) continue;
      const sentence = `Process ${e.process} was told ${when(e.timeUs)} that revision ${version} set ${key} to ${textOf(value)}.`;
      const found = this.learn(this.keyOf(key), { version, value, sentence, op: e.op });
      if (found !== null) return found;
    }
    return null;
  }

  private removal(e: OperationEvent): Contradiction | null {
    const key = this.keyOf(e.key);
    if (e.type === 'invoke') key.removals.add(e.op);
    else if (e.type !== 'info') key.removals.delete(e.op);
    if (e.type !== 'ok') return null;
    const { version = 0, process, timeUs, op } = e;
    const sentence = `Process ${process} removed ${e.key} at revision ${version}, acknowledged ${when(timeUs)}.`;
    if (version > 0) return this.learn(key, { version, value: null, sentence, op });
    return firstOf(key.claims, (claim) => this.against(key, claim));
  }

  private prefixRemoval(e: OperationEvent): Contradiction | null {
    const { op, key: prefix, process, timeUs, version = 0 } = e;
    if (e.type === 'invoke') this.openPrefixes.set(op, prefix);
    else if (e.type !== 'info') this.openPrefixes.delete(op);
    if (e.type !== 'ok' || version === 0) return null;
    const sentence = `Process ${process} removed all that begins with ${prefix} at revision ${version}, acknowledged ${when(timeUs)}.`;
    const fact: Fact = { version, value: null, sentence, op };
    this.prefixes.push({ prefix, fact });
    const own = [...this.keys].filter(([name]) => name.startsWith(prefix));
    return firstOf(own, ([, key]) => this.learn(key, fact));
  }

  private readAt(e: OperationEvent): Contradiction | null {
    if (e.type === 'invoke' && typeof e.value === 'number') this.asked.set(e.op, e.value);
    const at = this.asked.get(e.op);
    if (e.type !== 'ok' || at === undefined) return null;
    const { version = 0, value, op, process, timeUs } = e;
    // Of a system that tells no versions nothing can be said but that it was gone.
    if (version === 0 && value !== null) return null;
    const what = value === null ? 'it was not there' : `${textOf(value)}, set at ${version}`;
    const sentence = `Process ${process}'s read of ${e.key} at revision ${at} was told ${when(timeUs)}: ${what}.`;
    return this.claimed(e.key, { at, version, value, sentence, op });
  }

  private list(e: OperationEvent): Contradiction | null {
    const list = this.asking.told(e);
    if (list === null) return null;
    const { at, rows, op } = list;
    const found = firstOf(rows, ({ key, value, version }) => {
      const sentence = `${list.sentence}: ${key} was ${textOf(value)}, set at ${version}.`;
      return this.claimed(key, { at, version, value, sentence, op });
    });
    if (found !== null) return found;
    this.lists.push(list);
    const lacking = [...this.keys.keys()].filter((key) => list.lacks(key));
    return firstOf(lacking, (key) => this.claimed(key, absentFrom(list, key)));
  }

  private claimed(name: string, claim: Claim): Contradiction | null {
    const key = this.keyOf(name);
    key.claims.push(claim);
    if (claim.version > claim.at) return [claim, claim];
    return this.against(key, claim) ?? (claim.version > 0 ? this.learn(key, claim) : null);
  }

  private learn(key: Key, fact: Fact): Contradiction | null {
    if (!key.facts.has(fact.version)) key.facts.set(fact.version, fact);
    return firstOf(key.claims, (claim) => {
      if (claim.version === 0) return this.against(key, claim);
      return contradicts(fact, claim) ? [fact, claim] : null;
    });
  }

  /** What is known that contradicts this claim. */
  private against(key: Key, claim: Claim): Contradiction | null {
    if (claim.version === 0) {
      const isOpen = [...this.openPrefixes.values()].some((prefix) => key.name.startsWith(prefix));
      const fact = isOpen ? null : neverGone(key, claim);
      return fact && [fact, claim];
    }
    for (const fact of key.facts.values()) if (contradicts(fact, claim)) return [fact, claim];
    return null;
  }

  private keyOf(name: string): Key {
    const known = this.keys.get(name);
    if (known !== undefined) return known;
    const gone = this.prefixes.filter(({ prefix }) => name.startsWith(prefix));
    const key: Key = {
      name,
      facts: new Map(gone.map(({ fact }) => [fact.version, fact])),
      claims: this.lists.filter((l) => l.lacks(name)).map((l) => absentFrom(l, name)),
      removals: new Set(),
    };
    this.keys.set(name, key);
    return key;
  }
}

function firstOf<T>(all: Iterable<T>, of: (one: T) => Contradiction | null): Contradiction | null {
  for (const one of all) {
    const found = of(one);
    if (found !== null) return found;
  }
  return null;
}

function absentFrom({ at, op, sentence }: ToldList, key: string): Claim {
  return { at, version: 0, value: null, sentence: `${sentence}: ${key} was not.`, op };
}

/** A change up to that revision that the claim has not seen, or another value at its own. */
function contradicts(fact: Fact, { version, value, at }: Claim): boolean {
  if (fact.version > version && fact.version <= at) return true;
  return fact.version === version && nameOf('', fact.value) !== nameOf('', value);
}

/** A value that was there, and that nothing can have removed since. */
function neverGone({ facts, removals }: Key, { at }: Claim): Fact | null {
  if (removals.size > 0) return null;
  let last: Fact | null = null;
  for (const fact of facts.values()) {
    if (fact.version <= at && fact.version > (last?.version ?? 0)) last = fact;
  }
  return last === null || last.value === null ? null : last;
}

function writtenIfKnown(e: OperationEvent): ReturnType<typeof toldBy> {
  if (e.f !== 'write-if-known') return [];
  return [{ key: e.key, value: e.value, version: e.version ?? null }];
}

/** Keys that this operation may remove at any time: what goes with a lease, and what a transaction deletes. */
function mayGo({ f, value }: OperationEvent): readonly string[] {
  const { values, then, else: otherwise } = Object(value) as Readonly<Record<string, Json>>;
  if (f === 'write-leased') return Object.keys(Object(values));
  if (f !== 'transact') return [];
  const parts = [then, otherwise].flatMap((list) => (Array.isArray(list) ? (list as Json[]) : []));
  const deletes = parts.map((p) => Object(p) as { readonly op?: Json; readonly key?: Json });
  return deletes.flatMap(({ op, key }) =>
    op === 'delete' && typeof key === 'string' ? [key] : [],
  );
}

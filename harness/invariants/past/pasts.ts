/** What keys were when, as far as anybody was told: by changes, by reads, and by reads at a revision. */
import type { OperationEvent } from '../../core/history.ts';
import type { Json } from '../../core/host.ts';
import { when } from '../describe.ts';
import { nameOf, textOf, toldBy } from '../values.ts';

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

  event(e: OperationEvent): Contradiction | null {
    if (e.f === 'delete') return this.removal(e);
    if (e.f === 'read-at') return this.readAt(e);
    if (e.type !== 'ok') return null;
    for (const { key, value, version } of [...toldBy(e), ...writtenIfKnown(e)]) {
      if (version === null) continue;
      const sentence = `Process ${e.process} was told ${when(e.timeUs)} that revision ${version} set ${key} to ${textOf(value)}.`;
      const found = this.learn(key, { version, value, sentence, op: e.op });
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
    return version === 0
      ? this.contradictionIn(key)
      : this.learn(e.key, { version, value: null, sentence, op });
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
    const claim: Claim = { at, version, value, sentence, op };
    const key = this.keyOf(e.key);
    key.claims.push(claim);
    if (version > at) return [claim, claim];
    return version > 0 ? this.learn(e.key, claim) : this.contradictionIn(key);
  }

  private learn(name: string, fact: Fact): Contradiction | null {
    const key = this.keyOf(name);
    if (!key.facts.has(fact.version)) key.facts.set(fact.version, fact);
    return this.contradictionIn(key);
  }

  private contradictionIn(key: Key): Contradiction | null {
    for (const claim of key.claims) {
      const fact = claim.version > 0 ? overlooked(key, claim) : neverGone(key, claim);
      if (fact !== null) return [fact, claim];
    }
    return null;
  }

  private keyOf(name: string): Key {
    const known = this.keys.get(name) ?? { facts: new Map(), claims: [], removals: new Set() };
    this.keys.set(name, known);
    return known;
  }
}

/** A change up to that revision that the claim has not seen, or another value at its own. */
function overlooked({ facts }: Key, { version, value, at }: Claim): Fact | null {
  for (const fact of facts.values()) {
    if (fact.version > version && fact.version <= at) return fact;
    if (fact.version === version && nameOf('', fact.value) !== nameOf('', value)) return fact;
  }
  return null;
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

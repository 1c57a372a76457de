/**
 * When a deletion may be forgotten: once every copy knows of it, so that none can bring the key back, and nothing is on
 * its way any more that was sent before.
 *
 * Its writer asks all others in three steps, again and again until each has answered. Known: each has the deletion on its
 * disk. Left out: each holds it apart from what copies compare, and never sends it again. Forgotten: each
 * drops it, and takes no more entries of a node that were sent before that node had left it out. So a message that was held up,
 * for however long, brings back neither the key nor the deletion, and what stays is a number for each other node. Of
 * changes that were stable everywhere the same was said for logs (Baquero, Almeida, Shoker 2014, causal stability).
 */
import type { Effects, Msg, NodeId, Rec } from '../../harness/core/host.ts';
import { isAtLeast } from './entry.ts';
import type { Entry, Version } from './entry.ts';
import { steps } from './messages.ts';
import type { Settle, Settled, Step } from './messages.ts';
import type { RegionRules } from './rules.ts';
import type { MerkleTree } from './tree.ts';

export interface SettlingOptions {
  readonly self: NodeId;
  readonly others: readonly NodeId[];
  readonly entries: Map<string, Entry>;
  readonly tree: MerkleTree;
  /** Deletions of one message. */
  readonly max: number;
  readonly rules: RegionRules;
}

export type SettlingRecord = LeftOutRecord | ForgottenRecord;

interface LeftOutRecord extends Rec {
  readonly kind: 'left-out';
  readonly key: string;
}

interface ForgottenRecord extends Rec {
  readonly kind: 'forgotten';
  readonly key: string;
  readonly floors: Settle['floors'];
}

/** How far a deletion of this node is, and who has said that it is so far there. */
interface Round {
  readonly stamp: number;
  step: Step;
  readonly heard: Set<NodeId>;
  readonly asked: Set<NodeId>;
}

export class Settling {
  /** How many records this node has written: what it sent before one is told from what it sent after it. */
  written = 0;
  /** No change of this node that it may have forgotten has a higher number. */
  forgotten = 0;
  private readonly o: SettlingOptions;
  /** Deletions apart from what copies compare. */
  private readonly leftOut = new Map<string, Entry>();
  /** Keys of which this node wrote the deletion that it has. */
  private readonly own = new Set<string>();
  private readonly rounds = new Map<string, Round>();
  /** The last that was heard of how much each has written. */
  private readonly heardAt = new Map<NodeId, number>();
  private readonly floors = new Map<NodeId, number>();

  constructor(options: SettlingOptions) {
    this.o = options;
  }

  persist(record: Rec, fx: Effects): void {
    this.written = fx.persist(record) + 1;
  }

  replay(r: SettlingRecord): void {
    if (r.kind === 'left-out') this.separate(r.key);
    else this.drop(r.key, r.floors);
  }

  /** Another entry is in the place of what there was of `key`. */
  taken(key: string, { isDeleted, writer }: Entry): void {
    this.leftOut.delete(key);
    this.rounds.delete(key);
    if (isDeleted && writer === this.o.self) this.own.add(key);
    else this.own.delete(key);
  }

  separated(): Iterable<readonly [string, Entry]> {
    return this.leftOut;
  }

  /** The deletion of `key`, if it is one that was left out. */
  separatedOf(key: string): Entry | undefined {
    return this.leftOut.get(key);
  }

  /** Was it sent before `from` had left out what is forgotten here? */
  isLate(from: NodeId, at: number): boolean {
    return this.o.rules.isLate(at, this.floors.get(from) ?? 0);
  }

  /** Asks each other node for what it has not answered yet. */
  ask(fx: Effects): void {
    const { others, max, rules } = this.o;
    const open = [...this.own].slice(0, max).flatMap((key) => {
      const entry = this.versionOf(key);
      if (entry === undefined) return [];
      const round = this.roundOf(key, entry);
      // Who is alone has nobody to ask.
      this.goOn(key, round, fx);
      return this.own.has(key) ? [{ key, entry, round }] : [];
    });
    for (const to of others) {
      for (const step of steps) {
        const entries = open.flatMap(({ key, entry, round }) => {
          if (round.step !== step || round.heard.has(to)) return [];
          if (!rules.isAsked(round.asked.has(to))) return [];
          round.asked.add(to);
          return [[key, entry] as const];
        });
        const floors = step === 'forgotten' ? this.floorsNow() : [];
        const m: Settle = { kind: 'settle', step, at: this.written, entries, floors };
        if (entries.length > 0) fx.send(to, m as Msg);
      }
    }
  }

  /** What a writer asked for; entries of step `known` have been taken. */
  settle(from: NodeId, { step, entries, floors }: Settle, fx: Effects): void {
    const keys = entries.flatMap(([key, asked]) => {
      const held = this.versionOf(key);
      const isSo = held === undefined ? step !== 'known' : isAtLeast(held, asked);
      if (!isSo) return [];
      if (held !== undefined && isAtLeast(asked, held)) this.reach(step, key, floors, fx);
      return [[key, asked.stamp] as const];
    });
    if (keys.length === 0) return;
    const m: Settled = { kind: 'settled', step, at: this.written, keys };
    fx.send(from, m as Msg);
  }

  settled(from: NodeId, { step, at, keys }: Settled, fx: Effects): void {
    this.heardAt.set(from, Math.max(at, this.heardAt.get(from) ?? 0));
    for (const [key, stamp] of keys) {
      const round = this.rounds.get(key);
      if (round?.stamp !== stamp || round.step !== step) continue;
      round.heard.add(from);
      this.goOn(key, round, fx);
    }
  }

  private versionOf(key: string): Entry | undefined {
    return this.o.entries.get(key) ?? this.leftOut.get(key);
  }

  private roundOf(key: string, { stamp }: Version): Round {
    const known = this.rounds.get(key);
    if (known?.stamp === stamp) return known;
    // A writer that was started anew goes on from what it had written down itself.
    const step = this.leftOut.has(key) ? 'left-out' : 'known';
    const round: Round = { stamp, step, heard: new Set(), asked: new Set() };
    this.rounds.set(key, round);
    return round;
  }

  /** The next step, where all others are so far. */
  private goOn(key: string, round: Round, fx: Effects): void {
    const { rules, others } = this.o;
    if (!rules.isSettled(round.heard.size, others.length)) return;
    round.heard.clear();
    round.asked.clear();
    if (round.step === 'forgotten') return this.reach('forgotten', key, this.floorsNow(), fx);
    round.step = round.step === 'known' ? 'left-out' : 'forgotten';
    if (round.step === 'left-out') this.reach('left-out', key, [], fx);
  }

  private reach(step: Step, key: string, floors: Settle['floors'], fx: Effects): void {
    if (step === 'left-out' && this.o.entries.has(key)) {
      const record: LeftOutRecord = { kind: 'left-out', key };
      this.persist(record, fx);
      this.separate(key);
    }
    if (step !== 'forgotten') return;
    const { stamp, writer } = this.versionOf(key) as Entry;
    const record: ForgottenRecord = { kind: 'forgotten', key, floors };
    this.persist(record, fx);
    this.drop(key, floors);
    fx.observe({ kind: 'deletion-forgotten', key, stamp, writer });
  }

  private separate(key: string): void {
    const entry = this.o.entries.get(key);
    if (entry === undefined) return;
    this.leftOut.set(key, entry);
    this.o.entries.delete(key);
    this.o.tree.delete(key);
  }

  private drop(key: string, floors: Settle['floors']): void {
    const own = this.versionOf(key)?.vector.find(([writer]) => writer === this.o.self)?.[1] ?? 0;
    this.forgotten = Math.max(this.forgotten, own);
    this.leftOut.delete(key);
    this.o.entries.delete(key);
    this.o.tree.delete(key);
    this.own.delete(key);
    this.rounds.delete(key);
    for (const [node, at] of floors) {
      this.floors.set(node, Math.max(at, this.floors.get(node) ?? 0));
    }
  }

  private floorsNow(): Settle['floors'] {
    return [...this.heardAt, [this.o.self, this.written] as const];
  }
}

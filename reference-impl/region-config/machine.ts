/**
 * Configuration that is spread over regions without agreement (C4): whoever is asked takes a change, tells some of
 * its region, and compares itself with others now and then. All copies become the same, and of changes that were
 * made without knowledge of one another everybody keeps the same one.
 */
import type {
  Call,
  Component,
  Effects,
  Json,
  Msg,
  NodeId,
  Rec,
  World,
} from '../../harness/core/host.ts';
import type { Outcome } from '../../harness/core/system.ts';
import type { Ask } from '../agent/wire.ts';
import type { RegionConfig } from './config.ts';
import { changed, isAtLeast, joined, orderOf } from './entry.ts';
import type { Entry } from './entry.ts';
import type { RegionMessage } from './messages.ts';
import type { RegionalObservation } from './observations.ts';
import type { RegionRules } from './rules.ts';
import { Settling } from './settling.ts';
import type { SettlingRecord } from './settling.ts';
import { answerHalves, answerHeld, answerRoot, answerWanted, rootOf } from './sync.ts';
import type { Copy } from './sync.ts';
import { MerkleTree } from './tree.ts';

export interface RegionConfigOptions {
  readonly self: NodeId;
  /** Others of the own region, and those of all other regions. */
  readonly near: readonly NodeId[];
  readonly far: readonly NodeId[];
  readonly config: RegionConfig;
  readonly rules: RegionRules;
}

export function createRegionConfig(options: RegionConfigOptions): Component {
  return new RegionalConfiguration(options);
}

interface TakenRecord extends Rec {
  readonly kind: 'taken';
  readonly key: string;
  readonly entry: Entry;
}

const syncTimer = 1;

class RegionalConfiguration implements Component {
  private readonly o: RegionConfigOptions;
  private readonly entries = new Map<string, Entry>();
  private readonly tree = new MerkleTree();
  private readonly copy: Copy;
  private readonly settling: Settling;
  /** The largest stamp of anything that was seen here. */
  private seen = 0;

  constructor(options: RegionConfigOptions) {
    this.o = options;
    const { entries, tree } = this;
    const { self, near, far, rules } = options;
    const { branchesMax } = options.config;
    this.copy = { entries, tree, branchesMax };
    const others = [...near, ...far];
    this.settling = new Settling({ self, others, entries, tree, max: branchesMax, rules });
  }

  start(records: Iterable<Rec>, w: World, fx: Effects): void {
    for (const r of records as Iterable<TakenRecord | SettlingRecord>) {
      this.settling.written += 1;
      if (r.kind === 'taken') this.put(r.key, r.entry);
      else this.settling.replay(r);
    }
    for (const [key, { stamp, writer, isDeleted }] of [
      ...this.entries,
      ...this.settling.separated(),
    ]) {
      fx.observe({ kind: 'regional', key, stamp, writer, ...(isDeleted && { isDeleted }) });
    }
    fx.setTimer(syncTimer, w.random(this.o.config.syncUs));
  }

  durable(): void {}

  timer(_kind: number, _arg: number, w: World, fx: Effects): void {
    const { near, far, config, rules } = this.o;
    fx.setTimer(syncTimer, config.syncUs);
    if (!rules.keepsTombstones()) this.forgetTombstones();
    if (config.forgetsDeletions) this.settling.ask(fx);
    const isFar = rules.isFar(w.random(1_000), config.farPermille);
    const others = (isFar && far.length > 0) || near.length === 0 ? far : near;
    if (others.length > 0)
      this.send(fx, others[w.random(others.length)] as NodeId, rootOf(this.copy));
  }

  call(c: Call, _w: World, fx: Effects): void {
    const all = [...this.entries].flatMap(([key, { value, isDeleted }]) =>
      isDeleted ? [] : [[key, value] as const],
    );
    fx.reply(c.id, { type: 'ok', value: Object.fromEntries(all) as Json });
  }

  message(from: NodeId, msg: Msg, w: World, fx: Effects): void {
    const m = msg as RegionMessage;
    switch (m.kind) {
      case 'ask':
        return this.ask(from, m, w, fx);
      case 'entries':
        if (this.settling.isLate(from, m.at ?? 0)) return;
        return this.take(m.entries, w, fx);
      case 'root':
        return this.answer(from, answerRoot(this.copy, m.hash), fx);
      case 'halves':
        return this.answer(from, answerHalves(this.copy, m), fx);
      case 'held':
        return this.answer(from, answerHeld(this.copy, m), fx);
      case 'wanted':
        return this.answer(from, answerWanted(this.copy, m.keys), fx);
      case 'settle':
        if (this.settling.isLate(from, m.at)) return;
        if (m.step === 'known') this.take(m.entries, w, fx);
        return this.settling.settle(from, m, fx);
      case 'settled':
        return this.settling.settled(from, m, fx);
    }
  }

  private answer(to: NodeId, all: readonly RegionMessage[], fx: Effects): void {
    for (const m of all) this.send(fx, to, m);
  }

  /** `put-regional`, `delete-regional` and `get-regional`, of the key. */
  private ask(client: NodeId, { id, replyLane, f, key, value }: Ask, w: World, fx: Effects): void {
    if (f === 'put-regional' || f === 'delete-regional') {
      const held = this.held(key) ?? null;
      const { set = null } = (value ?? {}) as { readonly set?: Json };
      const next = f === 'put-regional' ? set : undefined;
      const { forgotten } = this.settling;
      const { seen } = this;
      const entry = changed(held, { value: next, writer: this.o.self, seen, forgotten });
      this.keep(key, entry, fx);
      this.tell([[key, entry]], w, fx);
    }
    const now = this.held(key);
    const told = now && { value: now.value, stamp: now.stamp, writer: now.writer };
    const outcome: Outcome = { type: 'ok', value: (told ?? null) as Json };
    fx.send(client, { kind: 'answered', id, outcome } as Msg, replyLane);
  }

  private take(entries: readonly (readonly [string, Entry])[], w: World, fx: Effects): void {
    const news = entries.flatMap(([key, came]) => {
      const entry = this.met(key, came, fx);
      return entry === null ? [] : [[key, entry] as const];
    });
    this.tell(news, w, fx);
  }

  /** What the copy holds after it met `came`; null: it knew all of that. */
  private met(key: string, came: Entry, fx: Effects): Entry | null {
    this.seen = Math.max(this.seen, came.stamp);
    const held = this.held(key);
    if (held === undefined) return this.keep(key, came, fx);
    // All that it outweighs is over everywhere, and what copies do not compare must not change.
    if (held === this.settling.separatedOf(key) && isAtLeast(held, came)) return null;
    const order = orderOf(came, held);
    if (order === 'same' || order === 'before') return null;
    if (order === 'after') return this.keep(key, came, fx);
    const isKept = this.o.rules.isKept(came, held);
    const [kept, dropped] = isKept ? [came, held] : [held, came];
    const { stamp, writer } = dropped;
    return this.keep(key, joined(kept, dropped), fx, { stamp, writer });
  }

  private keep(
    key: string,
    entry: Entry,
    fx: Effects,
    over?: NonNullable<RegionalObservation['over']>,
  ): Entry {
    const { rules } = this.o;
    const { stamp, writer, isDeleted } = entry;
    const record: TakenRecord = { kind: 'taken', key, entry };
    if (rules.isLogged(entry)) this.settling.persist(record, fx);
    this.put(key, entry);
    const gone = isDeleted && { isDeleted };
    fx.observe({ kind: 'regional', key, stamp, writer, ...gone, ...(over && { over }) });
    return entry;
  }

  private held(key: string): Entry | undefined {
    return this.entries.get(key) ?? this.settling.separatedOf(key);
  }

  private forgetTombstones(): void {
    for (const [key, { isDeleted }] of this.entries) {
      if (!isDeleted) continue;
      this.entries.delete(key);
      this.tree.delete(key);
    }
  }

  private put(key: string, entry: Entry): void {
    this.seen = Math.max(this.seen, entry.stamp);
    this.entries.set(key, entry);
    this.settling.taken(key, entry);
    this.tree.set(key, this.o.rules.hash(key, entry));
  }

  private tell(entries: readonly (readonly [string, Entry])[], w: World, fx: Effects): void {
    const { near, config, rules } = this.o;
    if (entries.length === 0) return;
    const left = [...near];
    for (let i = Math.min(rules.told(config.fanout), left.length); i > 0; i--) {
      const [to] = left.splice(w.random(left.length), 1);
      this.send(fx, to as NodeId, { kind: 'entries', entries });
    }
  }

  private send(fx: Effects, to: NodeId, m: RegionMessage): void {
    const isDated = m.kind === 'entries' && this.o.config.forgetsDeletions;
    fx.send(to, (isDated ? { ...m, at: this.settling.written } : m) as Msg);
  }
}

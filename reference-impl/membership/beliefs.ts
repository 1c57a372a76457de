/**
 * What one member believes of all members, and the news that this makes.
 *
 * Everything heard goes through `hear`: it is kept when it supersedes, passed on when it was kept,
 * counted as a confirmation when it accuses a suspect again, and contradicted when it is about
 * oneself and wrong.
 */
import { assert } from '../../harness/core/assert.ts';
import type {
  Description,
  Effects,
  Json,
  NodeId,
  TimerId,
  World,
} from '../../harness/core/host.ts';
import type { Observation } from '../../harness/core/observation.ts';
import type { Belief, MemberStatus } from './observations.ts';
import { Broadcasts } from './broadcasts.ts';
import { incarnationOf, isLive, packCell, statusOf, type Cell } from './cell.ts';
import type { MembershipConfig } from './config.ts';
import { updateBytes, type Update } from './messages.ts';
import type { MembershipRules } from './rules.ts';
import { MemberTable } from './table.ts';

export interface BeliefsOptions {
  readonly self: NodeId;
  readonly size: number;
  /** What is believed of everybody at the start. */
  readonly base: Cell;
  readonly config: MembershipConfig;
  readonly rules: MembershipRules;
  /** The kind of the timer whose argument is the suspect. */
  readonly suspicionTimer: number;
  /** How it says what has changed. Absent: as `members`. */
  readonly says?: (news: readonly Belief[]) => Observation;
}

interface Suspicion {
  readonly sinceUs: number;
  /** The first accuser, then those that confirmed. */
  readonly accusers: NodeId[];
  timer: TimerId;
}

export class Beliefs {
  readonly table: MemberTable;
  /** One said goodbye: for the rest of this life. */
  hasLeft = false;
  private readonly self: NodeId;
  private readonly config: MembershipConfig;
  private readonly rules: MembershipRules;
  private readonly suspicionTimer: number;
  private readonly says: (news: readonly Belief[]) => Observation;
  private readonly updatesMax: number;
  private readonly broadcasts = new Broadcasts();
  private readonly suspicions = new Map<NodeId, Suspicion>();
  /** What this handler has changed and nobody was told of yet. */
  private changed: Update[] = [];

  constructor(options: BeliefsOptions) {
    this.self = options.self;
    this.config = options.config;
    this.rules = options.rules;
    this.suspicionTimer = options.suspicionTimer;
    this.says = options.says ?? ((news) => ({ kind: 'members', news }));
    this.updatesMax = Math.floor(options.config.packetBytes / updateBytes);
    this.table = new MemberTable(options.size, options.base);
  }

  get hasNews(): boolean {
    return this.broadcasts.size > 0;
  }

  /** More than a few messages carry. */
  get isMuchNews(): boolean {
    return this.broadcasts.size > this.config.tablePackets * this.updatesMax;
  }

  /** All news was told, to as many as `receivers`. */
  toldAll(receivers: number): void {
    this.broadcasts.passAll(this.transmits(), receivers);
  }

  /** Has all that there is to say of `member` been said, or is nobody there to hear it? */
  isTold(member: NodeId): boolean {
    return !this.broadcasts.has(member) || this.table.liveCount === 0;
  }

  /** For people: everybody who is known. */
  list(): Json {
    const known: Json[] = [];
    for (let member = 0; member < this.table.size; member++) {
      const cell = this.table.get(member);
      const status = statusOf(cell);
      if (status === 'unknown') continue;
      known.push({ member, status, incarnation: incarnationOf(cell) });
    }
    return known;
  }

  /** Who is alive, and who is not, as this node believes. */
  describe(prefix: string): Description {
    const suspect: NodeId[] = [];
    const by: Record<string, NodeId[]> = { suspect, dead: [], left: [] };
    for (let member = 0; member < this.table.size; member++) {
      by[statusOf(this.table.get(member))]?.push(member);
    }
    const all = { alive: this.table.liveCount - suspect.length, ...by };
    return Object.fromEntries(Object.entries(all).map(([word, of]) => [prefix + word, of]));
  }

  /** Says what has changed since the last time; the end of every handler. */
  observe(fx: Effects): void {
    if (this.changed.length === 0) return;
    const news = this.changed;
    this.changed = [];
    fx.observe(this.says(news));
  }

  /** Says `status` of oneself, under an incarnation that nobody has heard of. */
  declareSelf(status: 'alive' | 'left', incarnation: number): void {
    const { self } = this;
    this.hasLeft = status === 'left';
    this.table.set(self, packCell(status, incarnation));
    this.tell({ member: self, status, incarnation, by: self });
  }

  /** News for one message to `to`. */
  news(to: NodeId): readonly Update[] {
    const rumour = this.rumourOf(to);
    const updates = this.hasNews
      ? this.broadcasts.take(this.updatesMax - Number(rumour !== null), this.transmits())
      : noUpdates;
    return rumour === null ? updates : [rumour, ...updates];
  }

  /** News that goes to `receivers` alike: more than one message carries, so each gets the same part of it. */
  newsForAll(receivers: readonly NodeId[]): readonly Update[] | null {
    if (this.broadcasts.size <= this.updatesMax) return null;
    if (receivers.some((to) => this.rumourOf(to) !== null)) return null;
    return this.broadcasts.take(this.updatesMax, this.transmits(), receivers.length);
  }

  hear(u: Update, w: World, fx: Effects): void {
    if (u.member === this.self) {
      this.hearOfSelf(u);
      return;
    }
    const cell = packCell(u.status, u.incarnation);
    const current = this.table.get(u.member);
    if (this.rules.supersedes(cell, current)) this.believe(u, cell, w, fx);
    else if (cell === current && u.status === 'suspect' && !this.table.isMarked(u.member)) {
      this.confirm(u, w, fx);
    } else if (statusOf(current) === 'left') this.sayForWhoLeft(u, cell, current);
  }

  /** The whole table of `from`, as `MemberTable.runs` wrote it. */
  hearTable(runs: readonly number[], from: NodeId, w: World, fx: Effects): void {
    assert(runs.length % 3 === 0, 'a run is three numbers', { length: runs.length });
    for (let i = 0; i < runs.length; i += 3) {
      const first = runs[i] as number;
      const cell = runs[i + 2] as Cell;
      const end = first + (runs[i + 1] as number);
      this.table.forOthers(cell, first, end, (m) => this.hearCell(m, cell, from, w, fx));
    }
  }

  /** Our own probe of `member` had no answer. */
  accuse(member: NodeId, w: World, fx: Effects): void {
    const cell = this.table.get(member);
    if (!isLive(cell)) return;
    const incarnation = incarnationOf(cell);
    this.hear({ member, status: 'suspect', incarnation, by: this.self }, w, fx);
  }

  /** `member` did not refute in time. */
  suspicionEnded(member: NodeId, w: World, fx: Effects): void {
    assert(this.suspicions.has(member), 'a suspicion ends once', { member });
    const incarnation = incarnationOf(this.table.get(member));
    this.hear({ member, status: 'dead', incarnation, by: this.self }, w, fx);
  }

  private believe(u: Update, cell: Cell, w: World, fx: Effects): void {
    this.table.set(u.member, cell);
    const old = this.suspicions.get(u.member);
    if (old !== undefined) {
      fx.cancelTimer(old.timer);
      this.suspicions.delete(u.member);
    }
    if (u.status === 'suspect') {
      const timer = fx.setTimer(this.suspicionTimer, this.suspicionUs(0), u.member);
      this.suspicions.set(u.member, { sinceUs: w.nowUs, accusers: [u.by], timer });
    }
    this.tell(u);
  }

  /** Lifeguard §IV-B: each further accuser makes it likelier that the first one was right. */
  private confirm(u: Update, w: World, fx: Effects): void {
    const s = this.suspicions.get(u.member);
    if (s === undefined) assert(false, 'every suspect has a suspicion', { member: u.member });
    const wanted = this.rules.confirmationsWanted(this.table.liveCount, this.config);
    if (s.accusers.length > wanted || s.accusers.includes(u.by)) return;
    s.accusers.push(u.by);
    // Enough agree: further accusers are not even looked at.
    if (s.accusers.length > wanted) this.table.mark(u.member);
    const leftUs = s.sinceUs + this.suspicionUs(s.accusers.length - 1) - w.nowUs;
    fx.cancelTimer(s.timer);
    s.timer = fx.setTimer(this.suspicionTimer, Math.max(0, leftUs), u.member);
    this.broadcasts.add(u);
  }

  /**
   * Whoever accuses what was refuted long ago has missed the refutation, and would declare a living member dead: it
   * is said again. memberlist passes over such news.
   */
  private hearOfSelf(u: Update): void {
    if (this.hasLeft) return;
    const { self } = this;
    const own = this.table.get(self);
    const rumour = packCell(u.status, u.incarnation);
    if (this.rules.refutes(rumour, own)) this.declareSelf('alive', u.incarnation + 1);
    else if (this.rules.saysAgain(rumour, own) && !this.broadcasts.has(self)) {
      const incarnation = incarnationOf(own);
      this.broadcasts.add({ member: self, status: 'alive', incarnation, by: self });
    }
  }

  /** Whoever accuses who has left was missed by its goodbye, and it cannot say it again itself. */
  private sayForWhoLeft({ member }: Update, rumour: Cell, current: Cell): void {
    if (!this.rules.saysAgain(rumour, current) || this.broadcasts.has(member)) return;
    const incarnation = incarnationOf(current);
    this.broadcasts.add({ member, status: 'left', incarnation, by: this.self });
  }

  /**
   * A table may be older than what its owner would say now: what it calls dead is first suspected, so
   * that a living member can refute (memberlist's `mergeState`).
   */
  private hearCell(member: NodeId, cell: Cell, by: NodeId, w: World, fx: Effects): void {
    const told = statusOf(cell);
    if (told === 'unknown') return;
    const isKnownLive = isLive(this.table.get(member));
    const status: MemberStatus = told === 'dead' && isKnownLive ? 'suspect' : told;
    this.hear({ member, status, incarnation: incarnationOf(cell), by }, w, fx);
  }

  /** Whoever is thought ill of is told first (Lifeguard's buddy system): only it can refute. */
  private rumourOf(to: NodeId): Update | null {
    const cell = this.table.get(to);
    const status = statusOf(cell);
    if (status === 'alive' || status === 'unknown') return null;
    return { member: to, status, incarnation: incarnationOf(cell), by: this.self };
  }

  private tell(u: Update): void {
    this.broadcasts.add(u);
    this.changed.push(u);
  }

  private suspicionUs(confirmations: number): number {
    const facts = { members: this.table.liveCount, confirmations };
    return this.rules.suspicionUs(facts, this.config);
  }

  private transmits(): number {
    return this.rules.retransmits(this.table.liveCount, this.config);
  }
}

const noUpdates: readonly Update[] = [];

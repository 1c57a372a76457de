/**
 * A copy of a list of the store, kept by a watch and by a comparison every few seconds (requirements
 * D3, D4).
 *
 * The watch brings what changes at once. The comparison asks for what changed since, and for a digest
 * of the list as it is then: it proves that the leader can be reached, heals what a lost push left out,
 * and finds a copy that is wrong, whyever. Only then, and at the start, is all of it loaded.
 */
import type { NodeId } from '../../harness/core/host.ts';
import { lanes } from '../lanes.ts';
import type { StoreAnswer, WatchEvent } from '../store/answered.ts';
import type { StoreOp, WatchScope } from '../store/asked.ts';
import type { StoreEvents, StoreWatch } from '../store/protocol.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { StoreClient } from '../store-client/store-client.ts';
import type { CopyDiffersObservation } from './observations.ts';

/** What a subscription decides; a mutant overrides one. */
export interface SubscriptionRules {
  /** Is a change of `revision` news to who holds `held`? */
  isNews(revision: number, held: number): boolean;
  /** May an answer of `revision` be taken by who holds `held`? */
  mayTake(revision: number, held: number): boolean;
}

export const subscriptionRules: SubscriptionRules = {
  // Datagrams are repeated and overtake one another: what is held is never undone.
  isNews: (revision, held) => revision > held,
  // A deposed leader may not know yet that it is one; what it says must not undo what we know.
  mayTake: (revision, held) => revision >= held,
};

export interface SubscriptionOptions {
  readonly rules: SubscriptionRules;
  /** Number of the watch, unique in the agent. */
  readonly watch: number;
  readonly scope: WatchScope;
  readonly prefix: string;
  /** Loads everything. */
  readonly load: StoreOp;
  /** Takes a whole load. `answer` has the type that answers `load`. */
  readonly loaded: (answer: StoreAnswer) => void;
  /** The leader confirmed what is held, whether or not anything was new. */
  readonly confirmed: () => void;
  /** Takes changes that came together, in order. */
  readonly changed: (events: readonly WatchEvent[]) => void;
  /** The digest of what is held (`store/digest.ts`). */
  readonly digest: () => number;
}

type Changes = Extract<StoreAnswer, { readonly type: 'changes' }>;

export class Subscription {
  private readonly io: HandlerContext;
  private readonly client: StoreClient;
  private readonly o: SubscriptionOptions;
  private isAsking = false;
  /** All is to be loaded again, although there is a copy. */
  private mustLoad = false;
  /** The last revision held; -1 before the first load. */
  revision = -1;
  /** When the leader last confirmed what is held; the agent's start before that. */
  confirmedUs = 0;
  /**
   * When that was asked for: what is held was so then, or later. Before `confirmedUs` by the way there and back, and
   * by as long as this process was stopped meanwhile.
   */
  askedUs = 0;

  constructor(io: HandlerContext, client: StoreClient, options: SubscriptionOptions) {
    this.io = io;
    this.client = client;
    this.o = options;
  }

  get isLoaded(): boolean {
    return this.revision >= 0;
  }

  start(): void {
    this.revision = -1;
    this.confirmedUs = this.io.nowUs;
    this.askedUs = this.io.nowUs;
  }

  /** Compares, or loads, and renews the watch. Gives up at `deadlineUs`; the next refresh tries again. */
  refresh(deadlineUs: number): void {
    if (!this.isAsking) {
      if (this.isLoaded && !this.mustLoad) this.compare(deadlineUs);
      else this.load(deadlineUs);
    }
    if (this.isLoaded) this.watch(this.client.server);
  }

  events(from: NodeId, m: StoreEvents): void {
    if (!this.isLoaded) return;
    // A gap: a push was lost. Ask the same server for what is missing.
    if (m.after > this.revision) return this.watch(from);
    this.take(m.events, m.revision);
  }

  private compare(deadlineUs: number): void {
    const { scope } = this.o;
    const op: StoreOp = { f: 'changes', scope, after: this.revision, digest: this.o.digest() };
    this.ask(op, deadlineUs, (answer, sentUs) => {
      if (answer.type === 'changes') this.compared(answer, sentUs, deadlineUs);
      // So much has changed that a load is shorter.
      else if (answer.type === 'error') this.load(deadlineUs);
    });
  }

  private compared(answer: Changes, sentUs: number, deadlineUs: number): void {
    const { rules, scope, digest } = this.o;
    const { revision } = answer;
    if (!rules.mayTake(revision, this.revision)) return;
    this.take(answer.events, revision);
    this.revision = revision;
    if (digest() === answer.digest) return this.confirm(answer.ageUs, sentUs);
    const said: CopyDiffersObservation = { kind: 'copy-differs', of: scope, revision };
    this.io.observe(said);
    this.mustLoad = true;
    this.load(deadlineUs);
  }

  private load(deadlineUs: number): void {
    this.ask(this.o.load, deadlineUs, (answer, sentUs) => {
      if (!('ageUs' in answer)) return;
      const { rules } = this.o;
      if (!rules.mayTake(answer.revision, this.revision)) return;
      const isFirst = !this.isLoaded;
      const isNews = this.mustLoad || rules.isNews(answer.revision, this.revision);
      this.revision = answer.revision;
      this.mustLoad = false;
      // What is told of a list says how old it is.
      this.dates(answer.ageUs, sentUs);
      if (isNews) this.o.loaded(answer);
      this.o.confirmed();
      if (isFirst) this.watch(this.client.server);
    });
  }

  private ask(
    op: StoreOp,
    deadlineUs: number,
    answered: (answer: StoreAnswer, sentUs: number) => void,
  ): void {
    if (!this.client.hasRoom) return;
    this.isAsking = true;
    const sentUs = this.io.nowUs;
    this.client.request(op, deadlineUs, (answer) => {
      this.isAsking = false;
      if (answer !== null) answered(answer, sentUs);
    });
  }

  private confirm(ageUs: number, sentUs: number): void {
    this.dates(ageUs, sentUs);
    this.o.confirmed();
  }

  private dates(ageUs: number, sentUs: number): void {
    this.confirmedUs = Math.max(this.confirmedUs, this.io.nowUs - ageUs);
    this.askedUs = Math.max(this.askedUs, sentUs - ageUs);
  }

  /** Takes those of `events`, complete up to `revision`, that are news. */
  private take(events: readonly WatchEvent[], revision: number): void {
    // Several events can carry one revision: compare with what was held before this message.
    const held = this.revision;
    const news = events.filter((e) => this.o.rules.isNews(e.revision, held));
    this.revision = Math.max(held, revision);
    if (news.length > 0) this.o.changed(news);
  }

  private watch(server: NodeId): void {
    const m: StoreWatch = {
      kind: 'watch',
      watch: this.o.watch,
      replyLane: lanes.agent,
      scope: this.o.scope,
      prefix: this.o.prefix,
      after: this.revision,
    };
    this.io.send(server, m, lanes.store);
  }
}

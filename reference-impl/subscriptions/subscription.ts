/**
 * One watch of the store with its background refresh (requirements D3, D4).
 *
 * The refresh loads everything every few seconds and proves that the leader can be reached; the
 * watch brings what changes in between at once. Either alone would do for correctness: the refresh
 * heals what a lost push left out, the watch makes it quick.
 */
import type { NodeId } from '../../harness/core/host.ts';
import { lanes } from '../lanes.ts';
import type {
  StoreAnswer,
  StoreEvents,
  StoreOp,
  StoreWatch,
  WatchEvent,
  WatchScope,
} from '../store/protocol.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import type { StoreClient } from '../store-client/store-client.ts';

/** What a subscription decides; a mutant overrides one. */
export interface SubscriptionRules {
  /** Is a change of `revision` news to who holds `held`? */
  isNews(revision: number, held: number): boolean;
  /** May a whole load of `revision` be taken by who holds `held`? */
  mayLoad(revision: number, held: number): boolean;
}

export const subscriptionRules: SubscriptionRules = {
  // Datagrams are repeated and overtake one another: what is held is never undone.
  isNews: (revision, held) => revision > held,
  // A deposed leader may not know yet that it is one; what it says must not undo what we know.
  mayLoad: (revision, held) => revision >= held,
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
  /** Takes one change. */
  readonly changed: (e: WatchEvent) => void;
}

export class Subscription {
  private readonly io: HandlerContext;
  private readonly client: StoreClient;
  private readonly o: SubscriptionOptions;
  private isLoading = false;
  /** The last revision held; -1 before the first load. */
  revision = -1;
  /** When the leader last confirmed what is held; the agent's start before that. */
  confirmedUs = 0;

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
  }

  /** Loads again and renews the watch. Gives up at `deadlineUs`; the next refresh tries again. */
  refresh(deadlineUs: number): void {
    if (!this.isLoading && this.client.hasRoom) {
      this.isLoading = true;
      this.client.request(this.o.load, deadlineUs, (answer) => this.answered(answer));
    }
    if (this.isLoaded) this.watch(this.client.server);
  }

  events(from: NodeId, m: StoreEvents): void {
    if (!this.isLoaded) return;
    // A gap: a push was lost. Ask the same server for what is missing.
    if (m.after > this.revision) return this.watch(from);
    // Several events can carry one revision: compare with what was held before this message.
    const held = this.revision;
    for (const e of m.events) {
      if (!this.o.rules.isNews(e.revision, held)) continue;
      this.revision = e.revision;
      this.o.changed(e);
    }
    this.revision = Math.max(this.revision, m.revision);
  }

  private answered(answer: StoreAnswer | null): void {
    this.isLoading = false;
    if (answer === null || !('ageUs' in answer)) return;
    const { rules } = this.o;
    if (!rules.mayLoad(answer.revision, this.revision)) return;
    const isFirst = !this.isLoaded;
    const isNews = rules.isNews(answer.revision, this.revision);
    this.revision = answer.revision;
    this.confirmedUs = Math.max(this.confirmedUs, this.io.nowUs - answer.ageUs);
    if (isNews) this.o.loaded(answer);
    this.o.confirmed();
    if (isFirst) this.watch(this.client.server);
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

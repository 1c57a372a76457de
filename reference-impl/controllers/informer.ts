/**
 * A copy of all objects, kept as Kubernetes' informers keep theirs: list once, watch from the resource version of
 * the list, resume from the last version that was told, and list anew only where the store has forgotten that one.
 */
import type { NodeId } from '../../harness/core/host.ts';
import type { HandlerContext } from '../agent/handler-context.ts';
import { lanes } from '../lanes.ts';
import type { StoreClient } from '../store-client/store-client.ts';
import type { KeyValue } from '../store/answered.ts';
import type { StoreEvents, StoreWatch, StoreWatchFailed } from '../store/protocol.ts';
import type { Listener, Subscriptions } from '../subscriptions/subscriptions.ts';
import { objectPrefix } from './objects.ts';
import type { ControllerRules } from './rules.ts';

export interface InformerOptions {
  /** The watch is asked for again this often, which also finds lost pushes, µs. */
  readonly everyUs: number;
  readonly rules: Pick<ControllerRules, 'isGap'>;
  /** Something is another than it was, or all was listed. */
  readonly changed: () => void;
}

export class Informer implements Listener {
  readonly objects = new Map<string, KeyValue>();
  private readonly io: HandlerContext;
  private readonly store: StoreClient;
  private readonly o: InformerOptions;
  private readonly watch: number;
  /** All up to here is known; -1: all is to be listed. */
  revision = -1;
  private isListing = false;
  private dueUs = 0;

  constructor(
    io: HandlerContext,
    store: StoreClient,
    subscriptions: Subscriptions,
    options: InformerOptions,
  ) {
    this.io = io;
    this.store = store;
    this.o = options;
    this.watch = subscriptions.listen(this);
  }

  get isSynced(): boolean {
    return this.revision >= 0;
  }

  /** Lists, or asks for the watch again, where that is due; gives when it is next. */
  beat(): number {
    const { nowUs } = this.io;
    if (nowUs >= this.dueUs) {
      this.dueUs = nowUs + this.o.everyUs;
      if (this.isSynced) this.resume(this.store.server);
      else this.list();
    }
    return this.dueUs;
  }

  events(from: NodeId, m: StoreEvents): void {
    if (!this.isSynced) return;
    const held = this.revision;
    if (this.o.rules.isGap(m.after, held)) return this.resume(from);
    this.revision = Math.max(held, m.revision);
    const news = m.events.filter((e) => e.revision > held);
    for (const e of news) {
      if (e.scope !== 'kv') continue;
      const { key, value, revision: version } = e;
      if (value === null) this.objects.delete(key);
      else this.objects.set(key, { key, value, version });
    }
    if (news.length > 0) this.o.changed();
  }

  /** 410 Gone, as Kubernetes has it. */
  failed(_from: NodeId, m: StoreWatchFailed): void {
    if (m.error.code !== 'compacted') return;
    this.revision = -1;
    this.list();
  }

  private list(): void {
    if (this.isListing || !this.store.hasRoom) return;
    this.isListing = true;
    const op = { f: 'list', prefix: objectPrefix, consistency: 'consistent' } as const;
    this.store.request(op, this.io.nowUs + this.o.everyUs, (answer) => {
      this.isListing = false;
      if (answer?.type !== 'entries') return;
      this.objects.clear();
      for (const e of answer.entries) this.objects.set(e.key, e);
      this.revision = answer.revision;
      this.resume(this.store.server);
      this.o.changed();
    });
  }

  private resume(server: NodeId): void {
    const m: StoreWatch = {
      kind: 'watch',
      watch: this.watch,
      replyLane: lanes.agent,
      scope: 'kv',
      prefix: objectPrefix,
      after: this.revision,
    };
    this.io.send(server, m, lanes.store);
  }
}

/**
 * Watches (D3): ordered and gap-free, resumable from a revision, ended with a clear error by
 * compaction. Any server serves them, from what it has applied. Soft state: lost with the process.
 */
import type { Effects, NodeId, World } from '../../harness/core/host.ts';
import type { StoreConfig } from './config.ts';
import { configPrefix } from './protocol.ts';
import type { StoreAnswer, StoreError } from './answered.ts';
import type { QueryOp } from './asked.ts';
import type { StoreUnwatch, StoreWatch, StoreWatchFailed } from './protocol.ts';
import { Interests } from './interests.ts';
import { Pushes } from './pushes.ts';
import type { Push } from './pushes.ts';
import type { StoreRules } from './rules.ts';
import type { StoreState } from './state.ts';

interface Watcher {
  readonly client: NodeId;
  readonly m: StoreWatch;
  readonly untilUs: number;
  /** The client knows all up to `told`; nothing it wants lies between that and `scanned`. */
  told: number;
  scanned: number;
}

/** The kind of the timer whose end is told by `woke`. */
export const pushTimer = 100;

export class Watchers {
  private state: StoreState;
  private readonly config: StoreConfig;
  private readonly rules: StoreRules;
  private readonly pushes: Pushes;
  /** By client, lane and number, in the order in which they last asked. */
  private readonly watchers = new Map<string, Watcher>();
  private readonly interests = new Interests();
  /** Everybody has been told of what happened up to here. */
  private flushed = 0;
  /** Nobody is told of a change before that; set while the timer for it runs. */
  private quietUntilUs = 0;
  private isWaiting = false;

  constructor(state: StoreState, config: StoreConfig, rules: StoreRules) {
    this.rules = rules;
    this.state = state;
    this.config = config;
    this.pushes = new Pushes(config, rules);
  }

  watch(client: NodeId, m: StoreWatch, ageUs: number, w: World, fx: Effects): void {
    this.unwatch(client, m);
    const { revision, changes } = this.state;
    const { compacted } = changes;
    const after = m.after ?? revision;
    if (after < compacted) {
      refuse(client, m, { code: 'compacted', compacted, revision }, fx);
      return;
    }
    if (this.watchers.size >= this.config.watchersMax) this.dropExpired(w.nowUs);
    if (this.watchers.size >= this.config.watchersMax) {
      refuse(client, m, { code: 'busy' }, fx);
      return;
    }
    // `after` may lie ahead of this server when the client comes from a faster one: nothing that it
    // has seen is told again (etcd#20221).
    const untilUs = w.nowUs + this.config.watchTtlUs;
    const scanned = this.rules.startsAfter(after, revision);
    const watcher: Watcher = { client, m, untilUs, told: after, scanned };
    this.watchers.set(keyOf(client, m), watcher);
    this.interests.add(m);
    if (!this.push(watcher, ageUs, fx)) {
      this.tell(watcher, { events: [], revision: watcher.scanned }, ageUs, fx);
    }
  }

  /** For who compares instead of watching: the same changes, if they fit into one message. */
  changes(op: QueryOp & { readonly f: 'changes' }, ageUs: number): StoreAnswer {
    const { revision, changes } = this.state;
    const { scope, after } = op;
    const answer = {
      type: 'changes',
      after,
      revision,
      digest: this.state.digest(scope),
      ageUs,
    } as const;
    if (op.digest === answer.digest) return { ...answer, events: [] };
    const { compacted } = changes;
    const prefix = scope === 'kv' ? configPrefix : '';
    const pushes = after < compacted ? [] : this.pushes.since({ scope, prefix, after }, this.state);
    if (after >= compacted && pushes.length <= 1) {
      return { ...answer, events: pushes[0]?.events ?? [] };
    }
    return { type: 'error', error: { code: 'compacted', compacted, revision } };
  }

  unwatch(client: NodeId, m: StoreWatch | StoreUnwatch): void {
    this.drop(keyOf(client, m));
  }

  /** Another state, later than the one before, is in its place. */
  adopt(state: StoreState): void {
    if (this.rules.isToldOfSnapshot()) this.state = state;
  }

  /** Tells everybody what has happened since the last time, unless that was a moment ago. */
  flush(ageUs: number, w: World, fx: Effects): void {
    if (this.flushed === this.state.revision) return;
    if (!this.isWaiting && !this.interests.isNews(this.flushed, this.state)) {
      this.flushed = this.state.revision;
      for (const x of this.watchers.values()) x.scanned = Math.max(x.scanned, this.flushed);
      return;
    }
    if (this.watchers.size > 0 && w.nowUs < this.quietUntilUs && !this.isMuch) {
      if (this.isWaiting) return;
      this.isWaiting = true;
      fx.setTimer(pushTimer, this.quietUntilUs - w.nowUs);
      return;
    }
    this.flushed = this.state.revision;
    if (this.watchers.size === 0) return;
    this.dropExpired(w.nowUs);
    this.dropCompacted(fx);
    let hasTold = false;
    for (const watcher of this.watchers.values())
      hasTold = this.push(watcher, ageUs, fx) || hasTold;
    if (hasTold) this.quietUntilUs = w.nowUs + this.config.pushEveryUs;
  }

  /** So much that it may not fit into one message, or that some of it may soon be compacted away. */
  private get isMuch(): boolean {
    const { eventsPerPushMax, historyMax } = this.config;
    return this.state.revision - this.flushed >= Math.min(eventsPerPushMax, historyMax >> 1);
  }

  /** The timer that `flush` has set went off: flush again. */
  woke(): void {
    this.isWaiting = false;
  }

  private dropExpired(nowUs: number): void {
    for (const [key, x] of this.watchers) if (x.untilUs <= nowUs) this.drop(key);
  }

  private drop(key: string): void {
    const watcher = this.watchers.get(key);
    if (watcher === undefined) return;
    this.watchers.delete(key);
    this.interests.remove(watcher.m);
  }

  /** Those for whom a snapshot left out what they were not told. */
  private dropCompacted(fx: Effects): void {
    const { revision, changes } = this.state;
    const { compacted } = changes;
    for (const [key, x] of this.watchers) {
      if (x.scanned >= compacted) continue;
      refuse(x.client, x.m, { code: 'compacted', compacted, revision }, fx);
      this.drop(key);
    }
  }

  /** Sends what the watcher wants and was not told, if anything. */
  private push(watcher: Watcher, ageUs: number, fx: Effects): boolean {
    const { scope, prefix } = watcher.m;
    const wanted = { scope, prefix, after: watcher.scanned };
    const pushes = this.pushes.since(wanted, this.state);
    for (const push of pushes) this.tell(watcher, push, ageUs, fx);
    watcher.scanned = Math.max(watcher.scanned, this.state.revision);
    return pushes.length > 0;
  }

  private tell(watcher: Watcher, push: Push, ageUs: number, fx: Effects): void {
    const { watch, replyLane } = watcher.m;
    const m = this.pushes.message(push, watch, watcher.told, ageUs);
    watcher.told = push.revision;
    fx.send(watcher.client, m, replyLane);
  }
}

function keyOf(client: NodeId, { watch, replyLane }: StoreWatch | StoreUnwatch): string {
  return `${client} ${replyLane} ${watch}`;
}

function refuse(client: NodeId, m: StoreWatch, error: StoreError, fx: Effects): void {
  const failed: StoreWatchFailed = { kind: 'watch-failed', watch: m.watch, error };
  fx.send(client, failed, m.replyLane);
}

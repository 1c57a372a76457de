/**
 * Watches (D3): ordered and gap-free, resumable from a revision, ended with a clear error by
 * compaction. Any server serves them, from what it has applied. Soft state: lost with the process.
 */
import type { Effects, NodeId, World } from '../../harness/core/host.ts';
import { isWanted } from './tables/changes.ts';
import type { StoreConfig } from './config.ts';
import type {
  StoreError,
  StoreEvents,
  StoreUnwatch,
  StoreWatch,
  StoreWatchFailed,
  WatchEvent,
} from './protocol.ts';
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

export class Watchers {
  private state: StoreState;
  private readonly config: StoreConfig;
  private readonly rules: StoreRules;
  private watchers: Watcher[] = [];
  /** Everybody has been told of what happened up to here. */
  private flushed = 0;

  constructor(state: StoreState, config: StoreConfig, rules: StoreRules) {
    this.rules = rules;
    this.state = state;
    this.config = config;
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
    if (this.watchers.length >= this.config.watchersMax) this.dropExpired(w.nowUs);
    if (this.watchers.length >= this.config.watchersMax) {
      refuse(client, m, { code: 'busy' }, fx);
      return;
    }
    // `after` may lie ahead of this server when the client comes from a faster one: nothing that it
    // has seen is told again (etcd#20221).
    const untilUs = w.nowUs + this.config.watchTtlUs;
    const scanned = this.rules.startsAfter(after, revision);
    const watcher: Watcher = { client, m, untilUs, told: after, scanned };
    this.watchers.push(watcher);
    if (!this.push(watcher, ageUs, fx)) this.tell(watcher, [], watcher.scanned, ageUs, fx);
  }

  unwatch(client: NodeId, m: StoreWatch | StoreUnwatch): void {
    const found = this.watchers.findIndex(
      (x) => x.client === client && x.m.watch === m.watch && x.m.replyLane === m.replyLane,
    );
    if (found >= 0) this.watchers.splice(found, 1);
  }

  /** Another state, later than the one before, is in its place. */
  adopt(state: StoreState): void {
    this.state = state;
  }

  /** Tells everybody what has happened since the last time. */
  flush(ageUs: number, w: World, fx: Effects): void {
    if (this.flushed === this.state.revision) return;
    this.flushed = this.state.revision;
    if (this.watchers.length === 0) return;
    this.dropExpired(w.nowUs);
    this.dropCompacted(fx);
    for (const watcher of this.watchers) this.push(watcher, ageUs, fx);
  }

  private dropExpired(nowUs: number): void {
    if (this.watchers.some((x) => x.untilUs <= nowUs)) {
      this.watchers = this.watchers.filter((x) => x.untilUs > nowUs);
    }
  }

  /** Those for whom a snapshot left out what they were not told. */
  private dropCompacted(fx: Effects): void {
    const { revision, changes } = this.state;
    const { compacted } = changes;
    if (this.watchers.every((x) => x.scanned >= compacted)) return;
    for (const x of this.watchers) {
      if (x.scanned < compacted)
        refuse(x.client, x.m, { code: 'compacted', compacted, revision }, fx);
    }
    this.watchers = this.watchers.filter((x) => x.scanned >= compacted);
  }

  /** Sends what the watcher wants and was not told, if anything. */
  private push(watcher: Watcher, ageUs: number, fx: Effects): boolean {
    let events: WatchEvent[] = [];
    let bytes = 0;
    let hasTold = false;
    while (watcher.scanned < this.state.revision) {
      watcher.scanned += 1;
      const next = this.wanted(watcher);
      const nextBytes = bytesOf(next);
      if (events.length > 0 && bytes + nextBytes > this.config.pushBytesMax) {
        this.tell(watcher, events, watcher.scanned - 1, ageUs, fx);
        [events, bytes, hasTold] = [[], 0, true];
      }
      events.push(...(nextBytes > this.config.pushBytesMax ? next.map(withoutPrevious) : next));
      bytes += nextBytes;
      const isFull = events.length >= this.config.eventsPerPushMax;
      const isLast = watcher.scanned === this.state.revision && events.length > 0;
      if (!isFull && !isLast) continue;
      this.tell(watcher, events, watcher.scanned, ageUs, fx);
      [events, bytes, hasTold] = [[], 0, true];
    }
    return hasTold;
  }

  /** What the revision that the watcher has come to changed of what it wants. */
  private wanted({ m: { scope, prefix }, scanned }: Watcher): WatchEvent[] {
    return this.state.changes
      .at(scanned)
      .filter((e): e is WatchEvent => isWanted(e, scope, prefix) && this.rules.isTold(e));
  }

  private tell(
    watcher: Watcher,
    events: readonly WatchEvent[],
    revision: number,
    ageUs: number,
    fx: Effects,
  ): void {
    const { watch, replyLane } = watcher.m;
    const m: StoreEvents = { kind: 'events', watch, after: watcher.told, revision, events, ageUs };
    watcher.told = revision;
    fx.send(watcher.client, m, replyLane);
  }
}

function bytesOf(events: readonly WatchEvent[]): number {
  return events.length === 0 ? 0 : Buffer.byteLength(JSON.stringify(events));
}

/** Several long values that one revision replaced are longer than a frame; what they became is not. */
function withoutPrevious(e: WatchEvent): WatchEvent {
  if (e.scope !== 'kv') return e;
  const { previous: _tooLong, ...rest } = e;
  return rest;
}

function refuse(client: NodeId, m: StoreWatch, error: StoreError, fx: Effects): void {
  const failed: StoreWatchFailed = { kind: 'watch-failed', watch: m.watch, error };
  fx.send(client, failed, m.replyLane);
}

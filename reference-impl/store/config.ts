/** Limits and times of the store. The same on every server: some of them shape the replicated state. */
import { secondsUs } from '../../harness/core/duration.ts';
import { lan, type ConsensusConfig } from '../consensus/config.ts';

export interface StoreConfig {
  readonly consensus: ConsensusConfig;
  /**
   * The leader looks for expired leases this often: a lease ends within its TTL plus this. A policy
   * time, scaled outside simulation.
   */
  readonly sweepUs: number;
  /** A watch that was not asked for again ends after this. A policy time, scaled likewise. */
  readonly watchTtlUs: number;
  /** Changes that a watch can still be resumed from; at twice as many the older half is dropped. */
  readonly historyMax: number;
  /**
   * Sessions remembered: nodes and clients that change something. Past it the one unused for longest is
   * forgotten: what it still has under way ends unknown, and never happens twice.
   */
  readonly sessionsMax: number;
  /** Locks that nobody holds and whose newest token is known; past it the oldest token is forgotten. */
  readonly freeLocksMax: number;
  /** Watches of one server; past it `busy`. */
  readonly watchersMax: number;
  /** Reads that wait for a confirmation of leadership; past it `busy`. */
  readonly readsMax: number;
  /** The hash of the state is told after every so many entries, for judges. */
  readonly hashEvery: number;
  /**
   * A watcher is told of a change at once, and of what changes within this time after it together: a
   * burst of n changes is not n messages to each of n watchers. More: fewer messages, later news. µs;
   * a time of the protocol.
   */
  readonly pushEveryUs: number;
  /** Changes in one `events` message. */
  readonly eventsPerPushMax: number;
  /** The same in bytes as JSON; what one revision changed stays together. */
  readonly pushBytesMax: number;
  /** One page of a list, bytes as JSON; a single longer row goes alone. Well below a frame. */
  readonly pageBytesMax: number;
  /** Does the leader say which order of a book came when? */
  readonly tellsOrders: boolean;
}

export const storeConfig: StoreConfig = {
  consensus: lan,
  sweepUs: secondsUs(1),
  watchTtlUs: secondsUs(30),
  historyMax: 4_096,
  sessionsMax: 1_024,
  freeLocksMax: 4_096,
  watchersMax: 4_096,
  readsMax: 4_096,
  hashEvery: 32,
  pushEveryUs: 20_000,
  eventsPerPushMax: 256,
  pushBytesMax: 1_024 * 1_024,
  pageBytesMax: 1_024 * 1_024,
  tellsOrders: false,
};

/** Policy times divided by `divisor`, protocol timers as they are. */
export function scaled(c: StoreConfig, divisor: number): StoreConfig {
  return {
    ...c,
    sweepUs: Math.max(1, Math.floor(c.sweepUs / divisor)),
    watchTtlUs: Math.max(1, Math.floor(c.watchTtlUs / divisor)),
  };
}

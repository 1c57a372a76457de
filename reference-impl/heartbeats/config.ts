/** The numbers of heartbeats and of the two detectors that listen to them. */
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface HeartbeatsConfig {
  /** A heartbeat goes to each watcher this often, µs. A protocol time. Less: deaths are noticed sooner, for more messages. */
  readonly everyUs: number;
  /** So many others watch each node: its neighbours by number. */
  readonly watchers: number;
  /**
   * The fixed detector suspects after a silence of this, µs. Less: sooner, and falsely where a link is slower than who
   * chose it thought.
   */
  readonly fixedUs: number;
  /**
   * The accrual detector suspects when a silence this long or longer is expected once in 10^phi heartbeats, 1 to 12. More:
   * fewer false alarms, each of ten times fewer, for about half a deviation more of waiting. Source: Akka and
   * Cassandra, 8; 3 here so that a run of minutes can tell whether theory holds.
   */
  readonly phi: number;
  /** Intervals that the estimate rests on, 2 or more. Less: it follows a link sooner, and errs more. Source: Akka's 1,000. */
  readonly window: number;
  /** Deviation is taken for no less than this, µs: a link that was never late is late one day. Source: Akka, 100 ms. */
  readonly deviationUsMin: number;
  /** And nobody is waited for longer than this, µs, however uneven the link. */
  readonly waitUsMax: number;
  /** Who is silent is looked for this often, µs. */
  readonly checkUs: number;
}

const usual: HeartbeatsConfig = {
  everyUs: 200_000,
  watchers: 3,
  fixedUs: 400_000,
  phi: 3,
  window: 100,
  deviationUsMin: 20_000,
  waitUsMax: 3_000_000,
  checkUs: 20_000,
};

/** Null where the story (`extra.heartbeats`) asks for none. Throws E_CONFIG. */
export function heartbeatsOf(settings: Settings): HeartbeatsConfig | null {
  return extraOf(settings, 'heartbeats', usual);
}

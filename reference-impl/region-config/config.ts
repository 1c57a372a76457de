/** The numbers of configuration that is spread over regions without agreement. */
import { secondsUs } from '../../harness/core/duration.ts';
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface RegionConfig {
  /** Whoever hears of a change tells so many of its own region, once. More: nearly all hear of it at once, for as many messages. */
  readonly fanout: number;
  /**
   * Each node compares its tree with that of one other this often, µs. Less: what gossip missed, and other regions, come
   * sooner, for a root and its answer each time. 5 s: a dozen tries in the minute that regions have (C4).
   */
  readonly syncUs: number;
  /** Of these comparisons so many in a thousand are with another region. */
  readonly farPermille: number;
  /** Branches of one message, and deletions; what is more waits for the next comparison. */
  readonly branchesMax: number;
  /**
   * Is a deletion forgotten once every copy knows of it? Otherwise it is kept for good, some 60 bytes a key that ever was.
   * It costs three questions to each other node a deletion, and one that is down for good keeps all deletions: of which
   * nobody may say whether it still has the key.
   */
  readonly forgetsDeletions: boolean;
}

const usual: RegionConfig = {
  fanout: 3,
  syncUs: secondsUs(5),
  farPermille: 500,
  branchesMax: 1_024,
  forgetsDeletions: false,
};

/** Null where the story (`extra.regionConfig`) asks for none. Throws E_CONFIG. */
export function regionConfigOf(settings: Settings): RegionConfig | null {
  return extraOf(settings, 'regionConfig', usual);
}

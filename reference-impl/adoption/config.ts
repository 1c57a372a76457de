/** The numbers of configuration that nodes take over from their neighbours. */
import { secondsUs } from '../../harness/core/duration.ts';
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface AdoptionConfig {
  /** Neighbours on each side, in a ring by number. More: values spread in fewer steps, and a majority is harder to have. */
  readonly reach: number;
  /** Each node tells its neighbours what it holds this often, µs. */
  readonly tellUs: number;
  /**
   * A neighbour's word counts half as much with each such time that has passed since somebody deposited the value
   * it holds, µs. Less: what is no longer deposited is replaced sooner, and what comes from afar counts less. Well
   * above `tellUs` times the steps across the ring.
   */
  readonly halfLifeUs: number;
  /** What was last deposited so long ago is gone, µs: nobody refers to it any more. A whole number of half-lives. */
  readonly forgetUs: number;
}

const usual: AdoptionConfig = {
  reach: 2,
  tellUs: secondsUs(1),
  halfLifeUs: secondsUs(10),
  forgetUs: secondsUs(60),
};

/** Null where the story (`extra.adoption`) asks for none. Throws E_CONFIG. */
export function adoptionOf(settings: Settings): AdoptionConfig | null {
  return extraOf(settings, 'adoption', usual);
}

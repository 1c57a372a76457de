/** The numbers of a ring of peers. */
import { secondsUs } from '../../harness/core/duration.ts';
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface ChordConfig {
  /** A node looks after its neighbours and some fingers this often, µs. Less: churn is mended sooner, for more messages. */
  readonly stabiliseUs: number;
  /** Fingers that are looked up at a time, of 32: all are new after `32 / fingersABeat` beats. */
  readonly fingersABeat: number;
  /** Next nodes that are known. One more than may fail within a beat or two; source: log₂ n (section IV.E.3). */
  readonly successors: number;
  /** A node that has not answered for so long is taken for gone, µs. */
  readonly lostUs: number;
}

const usual: ChordConfig = {
  stabiliseUs: secondsUs(0.25),
  fingersABeat: 4,
  successors: 5,
  lostUs: secondsUs(1),
};

/** Null where the story (`extra.chord`) asks for none. Throws E_CONFIG. */
export function chordOf(settings: Settings): ChordConfig | null {
  return extraOf(settings, 'chord', usual);
}

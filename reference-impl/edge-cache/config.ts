/** The numbers of edge caches. */
import { secondsUs } from '../../harness/core/duration.ts';
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface EdgeConfig {
  /**
   * What the origin said is served for so long after it was asked, µs. More: fewer questions to the origin, and older
   * answers where an invalidation was lost. Source: 5 s (C4).
   */
  readonly ttlUs: number;
  /** The watch that brings invalidations is asked for again this often, µs: a third of how long the store keeps it. */
  readonly renewUs: number;
}

const usual: EdgeConfig = { ttlUs: secondsUs(5), renewUs: secondsUs(10) };

/** Null where the story (`extra.edgeCache`) asks for none. Throws E_CONFIG. */
export function edgeOf(settings: Settings): EdgeConfig | null {
  return extraOf(settings, 'edgeCache', usual);
}

/** What edges serve lies in the store under this. */
export const edgePrefix = 'cdn/';

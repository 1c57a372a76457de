/** The numbers of probes, and what a story has its programs do. */
import { secondsUs } from '../../harness/core/duration.ts';
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';
import type { Spells } from './judge/spells.ts';

export interface ProbesConfig extends Spells {
  /** A program is looked at this often, µs. Less: noticed sooner, for more looks. Source: Kubernetes, 10 s. */
  readonly everyUs: number;
  /** Start-up may fail so many times in a row: the longest start is `everyUs` times this. Source: 30. */
  readonly startFailures: number;
  /** Liveness that fails so often in a row restarts. Less: sooner, and by a single slow look. Source: 3. */
  readonly aliveFailures: number;
  /** Readiness that fails so often in a row takes it out of the registry, and so many good looks bring it back. Source: 3, 1. */
  readonly readyFailures: number;
  readonly readySuccesses: number;
  /** A program takes so long to start, and so long after it was restarted, µs. Until then it answers nobody. */
  readonly bootUs: number;
  readonly restartUs: number;
  /** The program of this node hangs from then on until it is restarted, µs by its clock; 0: never. */
  readonly hungNode: number;
  readonly hungAtUs: number;
  /** That of this one can do nothing for its callers for a while, and no restart would help it. */
  readonly lameNode: number;
}

const usual: ProbesConfig = {
  everyUs: secondsUs(2),
  startFailures: 10,
  aliveFailures: 3,
  readyFailures: 2,
  readySuccesses: 2,
  bootUs: secondsUs(3),
  restartUs: secondsUs(10),
  hungNode: 0,
  hungAtUs: 0,
  lameNode: 0,
  lameAtUs: 0,
  lameForUs: 0,
  flapForUs: 0,
  flapTurnUs: 0,
  flapOtherUs: 0,
};

/** Null where the story (`extra.probes`) asks for none. Throws E_CONFIG. */
export function probesOf(settings: Settings): ProbesConfig | null {
  return extraOf(settings, 'probes', usual);
}

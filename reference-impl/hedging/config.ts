/** The numbers of hedging: when a call is asked for a second time, and what that may cost. */
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface HedgingConfig {
  /**
   * A call is hedged once it has taken `factor` times what so many thousandths of the latest calls took at most.
   * Lower: more of the tail is cut, and more calls are asked for twice for nothing. It has to lie below the share
   * of calls that are quick: with 1 of 12 instances slow 900 do, 950 do not. Source: 95 %, Dean and Barroso,
   * "The tail at scale", 2013.
   */
  readonly afterPermille: number;
  readonly factor: number;
  /** Calls that it goes by, the latest; before there are so many nothing is hedged. More: steadier, and slower to learn. */
  readonly samples: number;
  /** Each call earns so many thousandths of a hedge. More: more is hidden, and more load when all are slow. */
  readonly budgetPermille: number;
  /** Hedges that a caller has at its start, and may save at most. */
  readonly reserve: number;
}

const usual: HedgingConfig = {
  afterPermille: 900,
  factor: 2,
  samples: 50,
  budgetPermille: 100,
  reserve: 10,
};

/** Null where the story (`extra.hedging`) asks for none. Throws E_CONFIG. */
export function hedgingOf(settings: Settings): HedgingConfig | null {
  return extraOf(settings, 'hedging', usual);
}

/** The numbers of sessions that stay where they are. */
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface SessionsConfig {
  /**
   * No instance is sent more than so many thousandths of the average, while sessions stay. More: fewer sessions move,
   * and a hot one weighs on its instance; 1,000: all of them move all the time. Source: max/avg below 2 (M).
   */
  readonly loadPermilleMax: number;
  /** Sessions that are remembered. Fewer: those that are quiet for long may come back to somebody else. */
  readonly sessionsMax: number;
}

const usual: SessionsConfig = { loadPermilleMax: 2_000, sessionsMax: 10_000 };

/** Null where the story (`extra.sessions`) asks for none: then calls have no sessions. Throws E_CONFIG. */
export function sessionsOf(settings: Settings): SessionsConfig | null {
  return extraOf(settings, 'sessions', usual);
}

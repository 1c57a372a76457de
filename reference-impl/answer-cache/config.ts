/** The numbers of a caller that keeps the answers of its dependencies. */
import { secondsUs } from '../../harness/core/duration.ts';
import type { Settings } from '../../harness/core/program.ts';
import { extraOf } from '../extra.ts';

export interface AnswerCacheConfig {
  /** An answer is served for so long without asking again, µs. More: fewer calls, and older answers. */
  readonly freshUs: number;
  /**
   * Of `freshUs`, per thousand, by which the life of an answer is cut by chance. What was filled together would run out
   * together otherwise, and be asked for together. More: calls are spread, and there are more of them.
   */
  readonly jitterPermille: number;
  /**
   * Where a call fails, an answer that is no older is served in its place, with its age, µs. More: longer outages go
   * unnoticed, and callers get what was true long ago. 0: a failure is a failure (fail fast). Source: `stale-if-error`,
   * RFC 5861.
   */
  readonly staleUsMax: number;
  /** However many want one answer, does one call go out for it? If not, who loses its cache sends them all on. */
  readonly asksOnce: boolean;
  /** Answers that are kept; who was not used for longest goes. */
  readonly keptMax: number;
}

const usual: AnswerCacheConfig = {
  freshUs: secondsUs(5),
  jitterPermille: 200,
  staleUsMax: secondsUs(30),
  asksOnce: true,
  keptMax: 10_000,
};

/** Null where the story (`extra.answerCache`) asks for none: then each call is made. Throws E_CONFIG. */
export function answerCacheOf(settings: Settings): AnswerCacheConfig | null {
  return extraOf(settings, 'answerCache', usual);
}

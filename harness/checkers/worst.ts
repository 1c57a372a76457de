/** The verdict of several together. */
import type { VerdictKind } from '../core/verdict.ts';

/** Violated beats unknown beats holds; no verdict at all is unknown. */
export function worstOf(verdicts: readonly VerdictKind[]): VerdictKind {
  if (verdicts.includes('violated')) return 'violated';
  return verdicts.length === 0 || verdicts.includes('unknown') ? 'unknown' : 'holds';
}

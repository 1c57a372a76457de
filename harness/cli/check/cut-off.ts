/** What is said of a check that was ended before it was through. */
import type { CheckReport } from '../../checkers/check-report.ts';
import type { Checked } from './check-output.ts';

export interface Begun {
  readonly file: string;
  /** As far as they had been read. */
  readonly operations: number;
  /** That it is violated, where only the reason was still looked for. */
  readonly judged: Omit<Checked, 'file'> | null;
  readonly elapsedMs: number;
}

/** What was known stays known; all else is unknown. `why` has no full stop. */
export function cutOff({ file, operations, judged, elapsedMs }: Begun, why: string): Checked {
  if (judged === null) return { file, elapsedMs, report: undecided(operations, why) };
  const { report } = judged;
  const sentences = [...report.sentences, `Which operations show it was not found: ${why}.`];
  return { file, elapsedMs: judged.elapsedMs, report: { ...report, sentences } };
}

function undecided(operations: number, why: string): CheckReport {
  const nothing = { nodes: 0, core: [], prefix: null, isPrefixShortest: true, certificate: null };
  return { verdict: 'unknown', operations, ...nothing, sentences: [why] };
}

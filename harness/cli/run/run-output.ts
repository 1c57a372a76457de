/** What `run`, `verify` and `merge` have to say, as records, to whoever listens. */
import type { RecordOf } from '../../report/records.ts';
import type { Reporter } from '../../report/reporter.ts';
import type { ViolationStory } from '../../report/terminal.ts';
import type { RunReport } from './run-once.ts';
import { totalOf } from './summary.ts';
import type { Summary } from './summary.ts';

type SummaryRecord = RecordOf<'summary'>;

export interface EndOptions {
  readonly skipped: number;
  /** Undefined: nobody knows. */
  readonly elapsedMs?: number | undefined;
  /** What the runs came across; null when that was not asked for. */
  readonly coverage: Pick<SummaryRecord, 'neverReached' | 'neverTried'> | null;
  readonly isInterrupted: boolean;
  /** The error that ended it. */
  readonly stoppedBy?: string | undefined;
  /** Of the plan. */
  readonly notRun: number;
  /** Was something skipped that was asked for? Then what holds is not all of it. */
  readonly isPartial?: boolean;
}

export class RunOutput {
  private readonly reporter: Reporter;
  private readonly told = new Set<Summary>();

  constructor(reporter: Reporter) {
    this.reporter = reporter;
  }

  /** First. */
  plan(plan: RecordOf<'plan'>): void {
    this.reporter.record({ type: 'plan', ...plan });
  }

  skipped(scenario: string, environment: string, reason: string): void {
    this.reporter.record({ type: 'skipped', scenario, environment, reason });
  }

  run({ story, ...report }: RunReport, part: RecordOf<'part'> | null = null): void {
    const counterexample = story === null ? null : counterexampleOf(story);
    this.record({ ...report, counterexample });
    if (part !== null) this.reporter.record({ type: 'part', ...part });
  }

  record(run: RecordOf<'run'>): void {
    this.reporter.record({ type: 'run', ...run });
  }

  /** Once, as soon as its last run is over. */
  scenario(s: Summary, measured: readonly string[] = []): void {
    if (s.runs === 0 || this.told.has(s)) return;
    this.told.add(s);
    this.reporter.scenario?.({ ...s.figures(), measured });
  }

  /** What was never reached says how much the verdicts mean, and changes none of them. */
  end(summaries: readonly Summary[], o: EndOptions): void {
    const total = totalOf(summaries, o.skipped, o.elapsedMs);
    const isAll = !o.isInterrupted && o.isPartial !== true;
    const verdict = !isAll && total.verdict === 'holds' ? 'unknown' : total.verdict;
    const { isInterrupted, notRun, stoppedBy = null } = o;
    const never = o.coverage ?? { neverReached: [], neverTried: [] };
    this.reporter.record({
      type: 'summary',
      ...total,
      verdict,
      ...never,
      isInterrupted,
      stoppedBy,
      notRun,
    });
  }
}

/**
 * Does the work, and has its end told, also when it broke off: whoever reads files alone must not find an
 * old one, or none. Throws what the work threw.
 */
export async function untilTold(
  work: () => Promise<void>,
  tell: (stoppedBy: string | null) => void,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    try {
      tell(error instanceof Error ? error.message : String(error));
    } catch {
      // What ended the work comes first.
    }
    throw error;
  }
  tell(null);
}

/** A story as programs get it. */
export function counterexampleOf(story: ViolationStory): RecordOf<'violation'>['counterexample'] {
  const { invariant, claim, sentences, steps, note, token, again } = story;
  return {
    promise: invariant,
    claim,
    sentences: [...sentences],
    steps: [...steps],
    note,
    token,
    replay: again,
  };
}

/** Promises that a prefix of the run can break: one monitor serves the judge and the run. */
import type { History } from '../core/history.ts';
import type { Invariant, Monitor } from '../core/invariant.ts';
import type { Program } from '../core/program.ts';
import type { Explanation } from '../core/verdict.ts';

/** What is promised, for whom it counts, and under which faults. */
export type Promised = Pick<Invariant, 'id' | 'area' | 'claim' | 'faultModel'>;

/** Sees every event of one run, constant work each, and says what the run showed. */
export interface RunMonitor extends Monitor {
  /**
   * At the end of a run without a violation: the basis on which the promise holds, with figures; why
   * it is undecided; or a violation that only the end of the run shows.
   */
  end(history: History): string | { readonly undecided: string } | Explanation;
}

export function monitored(promised: Promised, open: (program: Program) => RunMonitor): Invariant {
  const { id: invariant, claim } = promised;
  return {
    ...promised,
    monitor: open,
    judge(history, program) {
      const monitor = open(program);
      let end: ReturnType<RunMonitor['end']> | null = null;
      for (const e of history.events) if ((end = monitor.event(e)) !== null) break;
      end ??= monitor.end(history);
      if (typeof end === 'string') return { kind: 'holds', invariant, basis: end };
      if ('undecided' in end) return { kind: 'unknown', invariant, reason: end.undecided };
      return { kind: 'violated', invariant, claim, explanation: end };
    },
  };
}

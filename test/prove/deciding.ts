/**
 * Which of its wrong answers made a broken node break its promise: the first after which it may answer as the
 * correct node does, and breaks it all the same. With one wrong answer less the promise is kept.
 */
import type { Run } from '../../harness/core/environment.ts';
import type { NodeId } from '../../harness/core/host.ts';
import type { Invariant } from '../../harness/core/invariant.ts';
import { verdictOf } from '../../harness/runner/judge.ts';
import type { ReplayRecord } from '../../harness/runner/replay-record.ts';
import { simulation } from '../../harness/simulation/environment.ts';
import type { World } from '../../harness/simulation/world.ts';
import { referenceWatched } from '../../reference-impl/system.ts';

/** One answer of a rule that the correct node would have given otherwise. */
export interface WrongAnswer {
  /** µs since the run began. */
  readonly atUs: number;
  readonly node: NodeId;
  readonly rule: string;
}

export interface Decided {
  readonly by: WrongAnswer;
  /** Of so many wrong answers the one of this number, counted from 1. */
  readonly number: number;
  readonly wrong: number;
}

/** A run that breaks the promise. */
type Shown = Pick<ReplayRecord, 'program' | 'pins'>;

interface Seen {
  readonly isViolated: boolean;
  readonly answers: readonly WrongAnswer[];
}

/**
 * Null where there is none: the mutant is not one of rules, or the correct node breaks the promise too. Some twenty
 * runs: of two counts of which the smaller one keeps the promise, the middle is tried.
 */
export function decidingAnswer(shown: Shown, invariant: Invariant): Decided | null {
  const all = withWrong(shown, invariant, Infinity);
  if (!all.isViolated || all.answers.length === 0) return null;
  if (withWrong(shown, invariant, 0).isViolated) return null;
  let [kept, broken] = [0, all.answers.length];
  while (broken - kept > 1) {
    const middle = (kept + broken) >>> 1;
    if (withWrong(shown, invariant, middle).isViolated) broken = middle;
    else kept = middle;
  }
  const by = all.answers[broken - 1] as WrongAnswer;
  return { by, number: broken, wrong: all.answers.length };
}

/** The run in which only the first `count` wrong answers are given. */
function withWrong({ program, pins }: Shown, invariant: Invariant, count: number): Seen {
  const answers: WrongAnswer[] = [];
  let world: World | undefined;
  const system = referenceWatched({
    at(node, rule) {
      answers.push({ atUs: world?.nowUs ?? 0, node, rule });
      return answers.length <= count;
    },
  });
  // Nodes are made before the first event.
  const look = {
    from: 1,
    see(_: number, seen: World): number {
      world = seen;
      return Infinity;
    },
  };
  const run: Run = simulation({ look }).run(system, program, { monitors: [invariant], pins });
  const isViolated = verdictOf(invariant, run.history, program).kind === 'violated';
  return { isViolated, answers };
}

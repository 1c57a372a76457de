/** COORDINATION: at most one leads, and clients are told who, judged on what clients of elections did (L2). */
import { checkLeaderTold } from '../checkers/elections/leader-told.ts';
import { checkOneLeader } from '../checkers/elections/one-leader.ts';
import type { ElectionFault } from '../checkers/elections/one-leader.ts';
import type { Judged } from '../checkers/judged.ts';
import type { ClockBounds } from '../checkers/locks/hold.ts';
import { operationsOf, type Op } from '../checkers/operations.ts';
import type { History } from '../core/history.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Program } from '../core/program.ts';
import type { Verdict } from '../core/verdict.ts';
import { verdictOn } from './judged-operations.ts';
import { driftPpm } from './timeline.ts';

const asked: ReadonlySet<string> = new Set(['campaign', 'renew-term', 'resign', 'leader']);

/**
 * Of operations `campaign`, `renew-term` and `resign` (see `electionOperations`). A leader believes in
 * itself until it calls `resign`, and no longer than its lease from the call that started it last.
 */
export function oneLeader(): Invariant {
  return promise({
    id: 'one-leader',
    claim:
      'No two clients lead at a time, each by its own lease, and every leader has a larger term than those before it.',
    what: 'terms that were won',
    check: checkOneLeader,
  });
}

/** Of operations `leader` beside those of `oneLeader`. */
export function leaderTold(): Invariant {
  return promise({
    id: 'leader-told',
    claim:
      'Who asks for the leader is told of nobody who had resigned, of nobody older than was told before, and of somebody while somebody leads.',
    what: 'answers about who leads',
    check: checkLeaderTold,
  });
}

interface Described extends Pick<Invariant, 'id' | 'claim'> {
  /** What is counted where it holds. */
  readonly what: string;
  check(
    ops: readonly Op[],
    bounds: ClockBounds,
  ): Judged<{ readonly checked: number }, ElectionFault>;
}

function promise({ id, claim, what, check }: Described): Invariant {
  const judge = (history: History, program: Program): Verdict => {
    // A resignation that failed was called all the same: its process has stopped to lead.
    const told = history.events.filter((e) => !(e.type === 'fail' && e.f === 'resign'));
    const ops = operationsOf(told, (f) => asked.has(f));
    const result = check(ops, { driftPpm: driftPpm(program) });
    return verdictOn({ id, claim }, what, result);
  };
  return {
    id,
    area: 'COORDINATION',
    claim,
    faultModel:
      'any faults of links and any pauses; clocks that drift by what the plan says; crashes of any nodes with honest fsync',
    judge,
  };
}

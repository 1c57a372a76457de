/**
 * Looks for an order in which transactions can run, where the order of versions is known only in part. A
 * run that gets stuck shows a circle of points that wait for each other; one of the decisions in it was
 * wrong. If there is only one, its contrary is certain. Complete, but for its budget.
 */
import type { Precedence, Problem } from './problem.ts';
import { type Blocker, Run } from './run.ts';
import { writersInOrder } from './writers.ts';

export type Schedule = (
  | { readonly kind: 'order'; readonly order: Int32Array }
  /** There is none: rows of which each must come before the next, and the last before the first. */
  | { readonly kind: 'none'; readonly circle: readonly Step[] }
  /** How far it came until the budget was used up. */
  | { readonly kind: 'budget'; readonly got: string }
) & {
  /** Points looked at; 0: no search was needed. */
  readonly steps: number;
};

export interface Step {
  readonly row: number;
  /** The first node of the graph on the way to the next row. */
  readonly via: number;
  /** Does it lead from the start of a snapshot? */
  readonly isFromStart: boolean;
  /** Of an order that had to be concluded. */
  readonly concluded: Precedence | null;
}

/** Points that a search may look at by default: some for each, and some on top. */
const stepsPerPoint = 20;
const stepsOnTop = 2_000_000;
/** What it costs to find out why a run is stuck. */
const stepsPerRound = 100;
/** Who was stuck so often asks for the order of writers: of few transactions that takes longer, and says less of why. */
const writersAfter = 32;
/** Conclusions tried when a run is stuck. */
const stuckMax = 64;

/** What was decided without being certain, and what else it could be. */
interface Guess {
  /** How many decisions there were before it. */
  readonly decided: number;
  readonly others: Precedence[];
}

export function schedule(
  problem: Problem,
  stepsMax = problem.points * stepsPerPoint + stepsOnTop,
): Schedule {
  const run = new Run(problem);
  const decided: Precedence[] = [];
  const guesses: Guess[] = [];
  const decide = (p: Precedence): void => {
    decided.push(p);
    run.decide(p);
  };
  const takeBack = (place: number): void => {
    for (const c of decided.splice(place).reverse()) run.undecide(c);
  };
  let rounds = 0;
  let elsewhere = 0;
  while (!run.go()) {
    rounds += 1;
    const steps = run.steps + elsewhere + rounds * stepsPerRound;
    if (steps > stepsMax) return { kind: 'budget', got: placedIn(run, problem), steps };
    if (rounds === writersAfter) {
      const found = writersInOrder(problem, stepsMax);
      elsewhere = found?.steps ?? 0;
      if (found?.order) return { kind: 'order', order: found.order, steps: steps + elsewhere };
      const [first] = guesses.splice(0);
      if (first !== undefined) takeBack(first.decided);
      for (const c of found?.certain ?? []) decide(c);
      continue;
    }
    const stuck = run.stuck();
    const circle = circleOf(problem, run, stuck);
    const concluded = [...conclude(run, stuck), ...confirm(run, circle)];
    for (const c of concluded) decide(c);
    if (concluded.length > 0) continue;
    const decisions = circle.flatMap(({ blocker }) => (blocker === null ? [] : [blocker.instead]));
    let [next, ...others] = decisions;
    if (next === undefined) {
      // What was certain before any guess stays so; a guess was wrong.
      for (let guess = guesses.pop(); guess !== undefined; guess = guesses.pop()) {
        takeBack(guess.decided);
        [next, ...others] = guess.others;
        if (next !== undefined) break;
      }
    }
    if (next === undefined) {
      const points = shortCircle(run, decided) ?? circle.map((c) => c.point);
      return { kind: 'none', circle: stepsOf(problem, points, decided), steps };
    }
    guesses.push({ decided: decided.length, others });
    decide(next);
  }
  const steps = run.steps + elsewhere + rounds * stepsPerRound;
  return { kind: 'order', order: Int32Array.from(run.order), steps };
}

function placedIn({ order }: Run, problem: Problem): string {
  const isTransaction = (p: number): boolean => problem.rowOf(p) !== -1 && problem.isCommit(p);
  return `${order.filter(isTransaction).length} of ${problem.size} transactions had a place`;
}

/** Whoever waits for a point that can only come after it was to be first. */
function conclude(run: Run, stuck: readonly number[]): Precedence[] {
  return stuck.slice(0, stuckMax).flatMap((point) => {
    const found = run.blockers(point).find((b) => run.isBefore(point, b.point));
    return found === undefined ? [] : [found.instead];
  });
}

/** Decisions whose contrary is impossible: what follows from them is certain. */
function confirm(run: Run, circle: readonly Waiting[]): Precedence[] {
  return circle.flatMap(({ blocker }) => {
    if (blocker === null) return [];
    const { from, to } = blocker.instead;
    return run.isBefore(to, from) ? [blocker.meanwhile] : [];
  });
}

/** A point that did not happen; null: it only waits for another that has to come before it. */
interface Waiting {
  readonly point: number;
  readonly blocker: Blocker | null;
}

/** Follows what keeps a point from happening until it comes back to a point. */
function circleOf(problem: Problem, run: Run, stuck: readonly number[]): Waiting[] {
  const isStuck = new Set(stuck);
  const place = new Map<number, number>();
  const path: Waiting[] = [];
  let point = stuck[0] ?? firstOpen(problem, run);
  while (!place.has(point)) {
    place.set(point, path.length);
    const blocker = isStuck.has(point) ? (run.blockers(point)[0] ?? null) : null;
    path.push({ point, blocker });
    point = blocker?.point ?? oneBefore(run, point);
  }
  return path.slice(place.get(point)).reverse();
}

function oneBefore(run: Run, point: number): number {
  let found = -1;
  run.eachBefore(point, (before) => {
    if (!run.isDone(before)) found = before;
  });
  return found;
}

function firstOpen(problem: Problem, run: Run): number {
  let point = 0;
  while (point < problem.points && run.isDone(point)) point += 1;
  return point;
}

/** The shortest circle through something certain, if the certain alone makes one. */
function shortCircle(run: Run, certain: readonly Precedence[]): number[] | null {
  let best: number[] | null = null;
  for (const { from, to } of certain.slice(-stuckMax)) {
    const way = wayTo(run, to, from);
    if (way !== null && (best === null || way.length < best.length)) best = way;
  }
  return best;
}

function wayTo(run: Run, from: number, to: number): number[] | null {
  const before = new Map<number, number>([[from, -1]]);
  for (const [point] of before) {
    if (point === to) break;
    run.eachAfter(point, (after) => {
      if (!run.isDone(after) && !before.has(after)) before.set(after, point);
    });
  }
  if (!before.has(to)) return null;
  const way: number[] = [];
  for (let at = to; at !== -1; at = before.get(at) ?? -1) way.push(at);
  return way.reverse();
}

function stepsOf(
  problem: Problem,
  circle: readonly number[],
  certain: readonly Precedence[],
): Step[] {
  const steps: Step[] = [];
  const rows = circle.map((point) => problem.rowOf(point));
  circle.forEach((point, i) => {
    const row = rows[i] as number;
    const next = circle[(i + 1) % circle.length] as number;
    // From the start to the commit of one row there is nothing to say.
    if (row === -1 || problem.rowOf(next) === row) return;
    const concluded = certain.find((c) => c.from === point && c.to === next) ?? null;
    const isFromStart = problem.areSnapshots && problem.isStart(point);
    steps.push({ row, via: problem.nodeOf(next), isFromStart, concluded });
  });
  return steps;
}

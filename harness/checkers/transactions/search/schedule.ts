/**
 * Looks for an order in which transactions can run, where the order of versions is known only in part. A
 * run that gets stuck shows a circle of points that wait for each other; one of the decisions in it was
 * wrong. If there is only one, its contrary is certain. Complete, but for its budget.
 */
import type { Precedence, Problem } from './problem.ts';
import { Run } from './run.ts';

export type Schedule =
  | { readonly kind: 'order'; readonly order: Int32Array }
  /** There is none: rows of which each must come before the next, and the last before the first. */
  | { readonly kind: 'none'; readonly circle: readonly Step[] }
  | { readonly kind: 'budget' };

export interface Step {
  readonly row: number;
  /** The first node of the graph on the way to the next row. */
  readonly via: number;
  /** Does it lead from the start of a snapshot? */
  readonly isFromStart: boolean;
  /** Of an order that had to be concluded. */
  readonly concluded: Precedence | null;
}

/** Points that a search may look at: some for each, and some on top. */
const stepsPerPoint = 20;
const stepsOnTop = 2_000_000;
/** Points looked at for one conclusion, and conclusions tried when a run is stuck. */
const reachMax = 2_000;
const stuckMax = 64;

/** What was decided without being certain, and what else it could be. */
interface Guess {
  /** How many decisions there were before it. */
  readonly decided: number;
  readonly others: Precedence[];
}

export function schedule(problem: Problem): Schedule {
  const stepsMax = problem.points * stepsPerPoint + stepsOnTop;
  const run = new Run(problem);
  const decided: Precedence[] = [];
  const guesses: Guess[] = [];
  const decide = (p: Precedence): void => {
    decided.push(p);
    run.decide(p);
  };
  while (!run.go()) {
    if (run.steps > stepsMax) return { kind: 'budget' };
    const stuck = run.stuck();
    const certain = conclude(run, stuck);
    for (const c of certain) decide(c);
    if (certain.length > 0) continue;
    const { circle, decisions } = circleOf(problem, run, stuck);
    let [next, ...others] = decisions;
    if (next === undefined) {
      // What was certain before any guess stays so; a guess was wrong.
      for (let guess = guesses.pop(); guess !== undefined; guess = guesses.pop()) {
        for (const c of decided.splice(guess.decided).reverse()) run.undecide(c);
        [next, ...others] = guess.others;
        if (next !== undefined) break;
      }
    }
    if (next === undefined) {
      const points = shortCircle(run, decided) ?? circle;
      return { kind: 'none', circle: stepsOf(problem, points, decided) };
    }
    guesses.push({ decided: decided.length, others });
    decide(next);
  }
  return { kind: 'order', order: Int32Array.from(run.order) };
}

/** Whoever waits for a point that can only come after it was to be first. */
function conclude(run: Run, stuck: readonly number[]): Precedence[] {
  const certain: Precedence[] = [];
  const allBefore = new Map<number, Set<number>>();
  for (const point of stuck.slice(0, stuckMax)) {
    const found = run.blockers(point).find((blocker) => {
      const before = allBefore.get(blocker.point) ?? openBefore(run, blocker.point);
      allBefore.set(blocker.point, before);
      return before.has(point);
    });
    if (found !== undefined) certain.push(found.instead);
  }
  return certain;
}

/** What did not happen and has to come before a point, at whatever distance. */
function openBefore(run: Run, point: number): Set<number> {
  const reached = new Set<number>([point]);
  for (const at of reached) {
    if (reached.size > reachMax) break;
    run.eachBefore(at, (before) => {
      if (!run.isDone(before)) reached.add(before);
    });
  }
  return reached;
}

/** Follows what keeps a point from happening until it comes back to a point. */
function circleOf(
  problem: Problem,
  run: Run,
  stuck: readonly number[],
): { circle: number[]; decisions: Precedence[] } {
  const isStuck = new Set(stuck);
  const place = new Map<number, number>();
  const path: { point: number; instead: Precedence | null }[] = [];
  let point = stuck[0] ?? firstOpen(problem, run);
  while (!place.has(point)) {
    place.set(point, path.length);
    const blocker = isStuck.has(point) ? run.blockers(point)[0] : undefined;
    path.push({ point, instead: blocker?.instead ?? null });
    point = blocker?.point ?? oneBefore(run, point);
  }
  const around = path.slice(place.get(point));
  const decisions = around.flatMap((p) => (p.instead === null ? [] : [p.instead]));
  return { circle: around.map((p) => p.point).reverse(), decisions };
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

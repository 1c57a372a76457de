/**
 * Who of two writers of a key comes first: concluded where only one order is possible, again and again (Huang et al.,
 * "Efficient black-box checking of snapshot isolation in databases", VLDB 2023, section 4.3: pruning), and then guessed, one
 * pair after the other, with what follows from each guess.
 */
import { Guesses } from './guesses.ts';
import { pairsOf, Pairs, type Pair } from './pairs.ts';
import type { Precedence, Problem } from './problem.ts';
import { Reach } from './reach.ts';

/** With more points, a bit for each pair of them is too much. */
const pointsMax = 24_000;
/** Looks at a pair for one step of a search. */
const looksPerStep = 24;

export interface Orders {
  /** In the order in which they were concluded; where no order is possible some contradict each other. */
  readonly certain: readonly Precedence[];
  /** Points so that all pairs of writers are in order; null: none was found. */
  readonly order: Int32Array | null;
  readonly steps: number;
}

/** Null: there are too many of them. */
export function writersInOrder(problem: Problem, stepsMax: number): Orders | null {
  const all = problem.points > pointsMax ? null : pairsOf(problem);
  const reach = all === null ? null : Reach.of(problem);
  if (all === null || reach === null) return null;
  const pairs = new Pairs(problem);
  const certain: Precedence[] = [];
  const left = conclude(pairs, reach, all, certain);
  const order = left === null ? null : guessed(pairs, certain, dueFirst(problem, left), stepsMax);
  return { certain, order, steps: Math.ceil(pairs.looks / looksPerStep) };
}

/** Those of which both orders are possible; null: of one none is. What is certain goes to `certain`. */
function conclude(
  pairs: Pairs,
  reach: Reach,
  all: readonly Pair[],
  certain: Precedence[],
): readonly Pair[] | null {
  for (let left = all; ;) {
    const found: Precedence[] = [];
    left = left.filter((pair) => {
      const forced = pairs.forced(reach, pair);
      found.push(...forced.flat());
      return forced.length === 0;
    });
    const fresh = found.filter(({ from, to }) => !reach.isBefore(from, to));
    certain.push(...fresh);
    if (!reach.addAll(fresh)) return null;
    if (fresh.length === 0) return left;
  }
}

/** Whoever is due first goes first, and so do pairs. */
function dueFirst(p: Problem, pairs: readonly Pair[]): readonly Pair[] {
  const dueOf = (v: number): number => p.rankOf(p.commitOf(p.claims.makerOf.at(v)));
  return pairs
    .map(([a, b]): Pair => (dueOf(a) <= dueOf(b) ? [a, b] : [b, a]))
    .sort(([a], [b]) => dueOf(a) - dueOf(b));
}

/** Begins anew with what was in the way as the first guess, as long as the budget lasts. */
function guessed(
  pairs: Pairs,
  certain: readonly Precedence[],
  all: readonly Pair[],
  stepsMax: number,
): Int32Array | null {
  for (let inTurn = all; ;) {
    const reach = Reach.of(pairs.problem);
    if (reach?.addAll(certain) !== true) return null;
    const inTheWay = new Guesses(pairs, reach, inTurn).make(stepsMax * looksPerStep);
    if (inTheWay === null) return reach.inOrder();
    if (inTheWay === 'budget') return null;
    inTurn = [inTheWay, ...inTurn.filter(([a, b]) => a !== inTheWay[0] || b !== inTheWay[1])];
  }
}

/**
 * Who of two writers of a key comes first: concluded where only one order is possible, again and again (Huang et al.,
 * "Efficient black-box checking of snapshot isolation in databases", VLDB 2023, section 4.3: pruning), and then guessed, one
 * pair after the other, with what follows from each guess.
 */
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
    const inTheWay = guess(pairs, reach, inTurn, stepsMax * looksPerStep);
    if (inTheWay === null) return reach.inOrder();
    if (inTheWay === 'budget') return null;
    inTurn = [inTheWay, ...inTurn.filter(([a, b]) => a !== inTheWay[0] || b !== inTheWay[1])];
  }
}

/** Each pair as it stands, or the other way round where that leads to a contradiction at once; one of which both do. */
function guess(
  pairs: Pairs,
  reach: Reach,
  all: readonly Pair[],
  looksMax: number,
): Pair | 'budget' | null {
  for (let left = all; ;) {
    const [pair, ...others] = left;
    if (pair === undefined) return null;
    if (pairs.looks > looksMax) return 'budget';
    const [a, b] = pair;
    const next = tried(pairs, reach, [a, b], others) ?? tried(pairs, reach, [b, a], others);
    if (next === null) return pair;
    left = next;
  }
}

/** What is left to be guessed after it; null: it leads to a contradiction, and was taken back. */
function tried(
  pairs: Pairs,
  reach: Reach,
  [first, second]: Pair,
  others: readonly Pair[],
): readonly Pair[] | null {
  reach.mark();
  const isPossible = addEach(reach, pairs.follows(first, second, { kind: 'apart' }));
  const left = isPossible ? settled(pairs, reach, others) : null;
  if (left === null) reach.takeBack();
  return left;
}

/** Without those that have only one order now; null: one has none. */
function settled(pairs: Pairs, reach: Reach, all: readonly Pair[]): readonly Pair[] | null {
  for (let left = all; ;) {
    let isPossible = true;
    const before = reach.edges;
    left = left.filter((pair) => {
      const forced = isPossible ? pairs.forced(reach, pair) : [];
      isPossible &&= forced.every((all) => addEach(reach, all));
      return forced.length === 0;
    });
    if (!isPossible) return null;
    if (reach.edges === before) return left;
  }
}

/** False: one of them cannot be. */
function addEach(reach: Reach, all: readonly Precedence[]): boolean {
  return all.every(({ from, to }) => reach.add(from, to));
}

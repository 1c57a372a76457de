/**
 * Who of two writers of a key comes first, guessed for one pair after the other, with what follows from each guess: only
 * orders of which something changed are looked at again.
 */
import type { Pair, Pairs } from './pairs.ts';
import type { Precedence } from './problem.ts';
import type { Reach } from './reach.ts';

/** Words of rows that take as long to change as it takes to look at one order. */
const wordsPerLook = 32;

export class Guesses {
  private readonly pairs: Pairs;
  private readonly reach: Reach;
  private readonly all: readonly Pair[];
  /** By row: the orders in which it is the second to write, as twice the place of the pair; and one more: it is turned. */
  private readonly ordersOf: readonly (readonly number[])[];
  /** Places of pairs that have only one order now. */
  private readonly settled: number[] = [];
  private readonly isSettled: Uint8Array;

  /** Of all pairs both orders are possible, as far as `reach` tells. */
  constructor(pairs: Pairs, reach: Reach, all: readonly Pair[]) {
    const { claims, size } = pairs.problem;
    this.pairs = pairs;
    this.reach = reach;
    this.all = all;
    this.isSettled = new Uint8Array(all.length);
    const ordersOf = Array.from({ length: size }, (): number[] => []);
    for (const [place, [a, b]] of all.entries()) {
      ordersOf[claims.makerOf.at(b)]?.push(place * 2);
      ordersOf[claims.makerOf.at(a)]?.push(place * 2 + 1);
    }
    this.ordersOf = ordersOf;
  }

  /**
   * Each pair as it stands, or the other way round where that leads to a contradiction at once. Null: all are in order,
   * as `reach` has them; else one of which both do.
   */
  make(looksMax: number): Pair | 'budget' | null {
    for (const [place, [a, b]] of this.all.entries()) {
      if (this.isSettled[place] === 1) continue;
      if (this.pairs.looks > looksMax) return 'budget';
      const isPossible = this.isTried(place, a, b) || this.isTried(place, b, a);
      if (!isPossible) return [a, b];
    }
    return null;
  }

  /** False: it leads to a contradiction, and was taken back. */
  private isTried(place: number, first: number, second: number): boolean {
    const { pairs, reach } = this;
    const [before, workBefore] = [this.settled.length, reach.work];
    reach.mark();
    this.settle(place);
    const follows = pairs.follows(first, second, { kind: 'apart' });
    const isPossible = this.addEach(follows) && this.isConcluded();
    pairs.looks += Math.ceil((reach.work - workBefore) / wordsPerLook);
    if (isPossible) return true;
    reach.takeBack();
    for (const taken of this.settled.splice(before)) this.isSettled[taken] = 0;
    return false;
  }

  /** All that follows. What an order rests on is what comes after its second writer. False: something cannot be. */
  private isConcluded(): boolean {
    const { reach } = this;
    for (const point of reach.changed) {
      reach.changed.delete(point);
      const row = this.pairs.problem.rowOf(point);
      for (const order of this.ordersOf[row] ?? []) if (!this.isLookedAt(order)) return false;
    }
    return true;
  }

  /** False: the order is impossible, and the other one is, too. */
  private isLookedAt(order: number): boolean {
    const place = order >> 1;
    if (this.isSettled[place] === 1) return true;
    const [a, b] = this.all[place] as Pair;
    const [first, second] = order % 2 === 0 ? [a, b] : [b, a];
    const why = this.pairs.whyNot(this.reach, first, second);
    if (why === null) return true;
    this.settle(place);
    return this.addEach(this.pairs.follows(second, first, why));
  }

  private settle(place: number): void {
    this.settled.push(place);
    this.isSettled[place] = 1;
  }

  /** False: one of them cannot be. */
  private addEach(all: readonly Precedence[]): boolean {
    return all.every(({ from, to }) => this.reach.add(from, to));
  }
}

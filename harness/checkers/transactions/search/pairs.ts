/** Two who write a key: what follows from either order, and why one is impossible. */
import type { Precedence, Problem, Why } from './problem.ts';
import type { Reach } from './reach.ts';

/** Versions of one key of which it is not known who wrote first. */
export type Pair = readonly [version: number, other: number];

/** More take too long. */
const pairsMax = 500_000;

/** Every two versions of a key that transactions wrote; null: too many. */
export function pairsOf({ claims, areApart }: Problem): Pair[] | null {
  const ofKey = Array.from({ length: claims.keys }, (): number[] => []);
  for (let v = claims.keys; v < claims.makerOf.length; v++) ofKey[claims.keyOf.at(v)]?.push(v);
  const count = ofKey.reduce((sum, { length }) => sum + (length * (length - 1)) / 2, 0);
  if (count > pairsMax) return null;
  const isRead = (v: number): boolean => (claims.readers[v] as number[]).length > 0;
  // The order of what nobody read is nobody's business, unless the two may not run at once.
  const matters = (a: number, b: number): boolean => areApart || isRead(a) || isRead(b);
  return ofKey.flatMap((versions) =>
    versions.flatMap((a, i) =>
      versions.slice(i + 1).flatMap((b): Pair[] => (matters(a, b) ? [[a, b]] : [])),
    ),
  );
}

export class Pairs {
  /** Orders of two that were looked at. */
  looks = 0;
  readonly problem: Problem;

  constructor(problem: Problem) {
    this.problem = problem;
  }

  /** What has to be where one order is impossible, for each such order: both, if there is none. */
  forced(reach: Reach, [a, b]: Pair): Precedence[][] {
    const [notA, notB] = [this.whyNot(reach, a, b), this.whyNot(reach, b, a)];
    const forced: Precedence[][] = [];
    if (notB !== null) forced.push(this.follows(a, b, notB));
    if (notA !== null) forced.push(this.follows(b, a, notA));
    return forced;
  }

  /** What has to be if `first` is written before `second`. */
  follows(first: number, second: number, why: Why): Precedence[] {
    const { claims } = this.problem;
    const key = claims.keyOf.at(first);
    const [writer, other] = [claims.makerOf.at(first), claims.makerOf.at(second)];
    const to = this.problem.commitOf(other);
    const readers = (claims.readers[first] as number[]).filter((reader) => reader !== other);
    return [
      { from: this.problem.commitOf(writer), to: this.nextOf(other), key, why },
      ...readers.map((reader): Precedence => {
        return {
          from: this.problem.startOf(reader),
          to,
          key,
          why: { kind: 'after writer', writer },
        };
      }),
    ];
  }

  /** Why `first` cannot have been written before `second`; null: it can, as far as is known. */
  whyNot(reach: Reach, first: number, second: number): Why | null {
    this.looks += 1;
    const { claims } = this.problem;
    const [writer, other] = [claims.makerOf.at(first), claims.makerOf.at(second)];
    if (reach.isBefore(this.nextOf(other), this.problem.commitOf(writer))) return { kind: 'apart' };
    const commit = this.problem.commitOf(other);
    for (const reader of claims.readers[first] as number[]) {
      const isAfter = reader !== other && reach.isBefore(commit, this.problem.startOf(reader));
      if (isAfter) return { kind: 'before reader', reader };
    }
    return null;
  }

  /** The point of a row that comes after the commit of whoever wrote the same key before. */
  private nextOf(row: number): number {
    return this.problem.areApart ? this.problem.startOf(row) : this.problem.commitOf(row);
  }
}

/** The trails of a linearization of a cell (`cell-descent.ts`) while they grow, and the order they give. */

/** A trail that ends before a fence: operations called before `bound` may still lengthen it. */
export interface Tail {
  /** Where it ends. */
  readonly value: number;
  /** How many operations had been called when the write after it was taken. */
  readonly bound: number;
  readonly trail: number;
}

/** What was taken, in which trail. Grows and shrinks at its end only. */
export class TrailLog {
  private readonly ops: number[] = [];
  private readonly trailOf: number[] = [];
  /** By trail, in the order in which they began: it stands before the fence, not after it. */
  private readonly isAside: boolean[] = [false];
  /** The trail at hand, by the trails begun so far. */
  private readonly present: number[] = [0];

  get length(): number {
    return this.ops.length;
  }

  get trails(): number {
    return this.isAside.length;
  }

  /** The trail at hand. */
  get current(): number {
    return this.present[this.present.length - 1] as number;
  }

  at(i: number): number {
    return this.ops[i] as number;
  }

  /** Begins a trail: after the one at hand, or before the fence. Gives its number. */
  begin(isAside: boolean): number {
    const trail = this.isAside.length;
    const { current } = this;
    this.isAside.push(isAside);
    this.present.push(isAside ? current : trail);
    return trail;
  }

  add(op: number, trail: number): void {
    this.ops.push(op);
    this.trailOf.push(trail);
  }

  /** Takes back the last operation. */
  pop(): number {
    this.trailOf.pop();
    return this.ops.pop() as number;
  }

  /** Forgets the trails that began last. */
  keep(trails: number): void {
    this.isAside.length = trails;
    this.present.length = trails;
  }

  /** All operations, trail after trail: those put aside stand right before the one then at hand. */
  order(): number[] {
    const trails: number[][] = this.isAside.map(() => []);
    this.ops.forEach((op, i) => trails[this.trailOf[i] as number]?.push(op));
    const inOrder: number[] = [];
    this.isAside.forEach((isAside, trail) => {
      if (isAside) inOrder.splice(-1, 0, trail);
      else inOrder.push(trail);
    });
    return inOrder.flatMap((trail) => trails[trail] as number[]);
  }
}

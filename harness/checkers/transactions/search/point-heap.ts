/** A heap of numbers, least rank first; equal ranks by number. */
export class PointHeap {
  private readonly heap: number[] = [];
  private readonly rank: (point: number) => number;

  constructor(rank: (point: number) => number) {
    this.rank = rank;
  }

  push(point: number): void {
    const { heap } = this;
    let at = heap.length;
    heap.push(point);
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (!this.isBefore(point, heap[up] as number)) break;
      heap[at] = heap[up] as number;
      at = up;
    }
    heap[at] = point;
  }

  pop(): number | undefined {
    const { heap } = this;
    const least = heap[0];
    const last = heap.pop();
    if (least === undefined || last === undefined || heap.length === 0) return least;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const isRight =
        right < heap.length && this.isBefore(heap[right] as number, heap[left] as number);
      const child = isRight ? right : left;
      if (!this.isBefore(heap[child] as number, last)) break;
      heap[at] = heap[child] as number;
      at = child;
    }
    heap[at] = last;
    return least;
  }

  private isBefore(a: number, b: number): boolean {
    const [rankA, rankB] = [this.rank(a), this.rank(b)];
    return rankA < rankB || (rankA === rankB && a < b);
  }
}

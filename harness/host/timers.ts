/** The timers of one host, ordered by due time, first set first among equals: a binary heap. */
import type { Lane, TimerId } from '../core/host.ts';

export interface Timer {
  readonly id: TimerId;
  /** On the node's monotonic clock. */
  readonly dueUs: number;
  readonly lane: Lane;
  readonly kind: number;
  readonly arg: number;
}

export class Timers {
  private readonly heap: Timer[] = [];
  /** Set and neither fired nor cancelled. A cancelled timer stays in the heap until it is due. */
  private readonly live = new Set<TimerId>();
  private lastId = 0;

  set(timer: Omit<Timer, 'id'>): TimerId {
    const id = ++this.lastId;
    this.live.add(id);
    this.heap.push({ id, ...timer });
    this.up(this.heap.length - 1);
    return id;
  }

  cancel(id: TimerId): void {
    this.live.delete(id);
  }

  /** When the next timer is due, or null. */
  nextUs(): number | null {
    this.skipCancelled();
    return this.heap[0]?.dueUs ?? null;
  }

  /** Takes the next timer that is due at `nowUs`, or null. */
  take(nowUs: number): Timer | null {
    this.skipCancelled();
    const first = this.heap[0];
    if (first === undefined || first.dueUs > nowUs) return null;
    this.live.delete(first.id);
    this.removeFirst();
    return first;
  }

  private skipCancelled(): void {
    for (let t = this.heap[0]; t !== undefined && !this.live.has(t.id); t = this.heap[0]) {
      this.removeFirst();
    }
  }

  private removeFirst(): void {
    const last = this.heap.pop();
    if (last === undefined || this.heap.length === 0) return;
    this.heap[0] = last;
    this.down(0);
  }

  private up(i: number): void {
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!this.swapIfBefore(i, parent)) return;
      i = parent;
    }
  }

  private down(i: number): void {
    for (;;) {
      const left = 2 * i + 1;
      const child = this.isBefore(left + 1, left) ? left + 1 : left;
      if (!this.swapIfBefore(child, i)) return;
      i = child;
    }
  }

  private swapIfBefore(i: number, j: number): boolean {
    if (!this.isBefore(i, j)) return false;
    const a = this.heap[i] as Timer;
    this.heap[i] = this.heap[j] as Timer;
    this.heap[j] = a;
    return true;
  }

  /** False when there is nothing at `i`. */
  private isBefore(i: number, j: number): boolean {
    const a = this.heap[i];
    const b = this.heap[j];
    if (a === undefined || b === undefined) return false;
    return a.dueUs < b.dueUs || (a.dueUs === b.dueUs && a.id < b.id);
  }
}

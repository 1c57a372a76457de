/**
 * One member's table of all members, in pages that are shared until written.
 *
 * 10,000 members that know 10,000 each are 10⁸ cells. Nearly all hold what they held at the start,
 * so pages of 64 cells are made on the first write only; until then they are all page 0. Written
 * through and through, a table takes 4 bytes a member (8 while it grows).
 */
import { assert } from '../../harness/core/assert.ts';
import { isLive, statusOf, type Cell } from './cell.ts';

const pageShift = 6;
const pageCells = 1 << pageShift;

export class MemberTable {
  readonly size: number;
  private readonly pageOf: Uint16Array;
  private cells: Uint32Array;
  private pages = 1;
  private readonly base: Cell;
  private live: number;
  private dead = 0;

  /** Every cell starts as `base`. */
  constructor(size: number, base: Cell) {
    assert(size > 0 && size <= 1_000_000, 'a table has 1 to 1,000,000 members', { size });
    this.size = size;
    this.base = base;
    this.pageOf = new Uint16Array((size + pageCells - 1) >>> pageShift);
    this.cells = new Uint32Array(pageCells).fill(base);
    this.live = isLive(base) ? size : 0;
  }

  /** Members that are alive or suspect. */
  get liveCount(): number {
    return this.live;
  }

  get deadCount(): number {
    return this.dead;
  }

  get(member: number): Cell {
    const page = this.pageOf[member >>> pageShift];
    if (page === undefined) assert(false, 'no such member', { member, size: this.size });
    return this.cells[page * pageCells + (member & (pageCells - 1))] as Cell;
  }

  set(member: number, cell: Cell): void {
    assert(member >= 0 && member < this.size, 'no such member', { member, size: this.size });
    const was = this.get(member);
    if (was === cell) return;
    this.live += Number(isLive(cell)) - Number(isLive(was));
    this.dead += Number(statusOf(cell) === 'dead') - Number(statusOf(was) === 'dead');
    const page = this.ownPage(member >>> pageShift);
    this.cells[page * pageCells + (member & (pageCells - 1))] = cell;
  }

  /** The whole table as runs `[first, count, cell, …]`, ascending; unknown members are left out. */
  runs(): number[] {
    const out: number[] = [];
    let first = 0;
    let cell = this.get(0);
    for (let m = 1; m < this.size;) {
      const isShared = (m & (pageCells - 1)) === 0 && this.pageOf[m >>> pageShift] === 0;
      const next = isShared ? this.base : this.get(m);
      if (next !== cell) {
        if (cell !== 0) out.push(first, m - first, cell);
        first = m;
        cell = next;
      }
      m = isShared ? Math.min(m + pageCells, this.size) : m + 1;
    }
    if (cell !== 0) out.push(first, this.size - first, cell);
    return out;
  }

  private ownPage(index: number): number {
    const page = this.pageOf[index] as number;
    if (page !== 0) return page;
    const mine = this.pages;
    if ((mine + 1) * pageCells > this.cells.length) this.grow();
    this.cells.copyWithin(mine * pageCells, 0, pageCells);
    this.pageOf[index] = mine;
    this.pages += 1;
    return mine;
  }

  private grow(): void {
    const pages = Math.min(this.pages * 2, this.pageOf.length + 1);
    const wider = new Uint32Array(pages * pageCells);
    wider.set(this.cells);
    this.cells = wider;
  }
}

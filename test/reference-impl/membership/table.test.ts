/** The paged table against its obvious twin, an array. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Cell } from '../../../reference-impl/membership/cell.ts';
import { isLive, statusOf } from '../../../reference-impl/membership/cell.ts';
import { MemberTable } from '../../../reference-impl/membership/table.ts';

const size = 300;
const writes = fc.array(
  fc.tuple(fc.nat(size - 1), fc.constantFrom(0, 1, 2, 3, 4, 9, 10, 11, 12, 801)),
  { maxLength: 400 },
);

function unrolled(runs: readonly number[]): Cell[] {
  const cells = Array.from({ length: size }, () => 0);
  for (let i = 0; i < runs.length; i += 3) {
    const [first = 0, count = 0, cell = 0] = runs.slice(i, i + 3);
    cells.fill(cell, first, first + count);
  }
  return cells;
}

describe('member table', () => {
  it('holds what an array holds', () => {
    fc.assert(
      fc.property(fc.constantFrom(0, 1), writes, (base, all) => {
        const table = new MemberTable(size, base);
        const twin: Cell[] = Array.from({ length: size }, () => base);
        for (const [member, cell] of all) {
          table.set(member, cell);
          twin[member] = cell;
        }
        assert.deepEqual(
          twin.map((_, m) => table.get(m)),
          twin,
        );
        assert.deepEqual(unrolled(table.runs()), twin);
        assert.equal(table.liveCount, twin.filter(isLive).length);
        assert.equal(table.deadCount, twin.filter((c) => statusOf(c) === 'dead').length);
      }),
    );
  });

  it('marks a cell until it is set again, whatever else is set', () => {
    for (const count of [5, 300]) {
      const table = new MemberTable(count, 1);
      table.set(3, 2);
      table.mark(3);
      for (let m = 4; m < count; m++) table.set(m, 10);
      assert.equal(table.isMarked(3), true);
      assert.equal(table.isMarked(4), false);
      assert.equal(table.get(3), 2);
      table.set(3, 3);
      assert.equal(table.isMarked(3), false);
    }
  });

  it('says in few numbers that everybody is alive', () => {
    assert.deepEqual(new MemberTable(10_000, 1).runs(), [0, 10_000, 1]);
    assert.deepEqual(new MemberTable(10_000, 0).runs(), []);
  });
});

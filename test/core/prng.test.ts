import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { chiSquare, likelyChiSquare } from '../../harness/checkers/statistics.ts';
import { Prng } from '../../harness/core/prng.ts';

describe('prng', () => {
  it('gives the same numbers on every machine (golden)', () => {
    const p = new Prng(42);
    const first = [p.uint32(), p.uint32(), p.uint32()];
    assert.deepEqual(first, [2934543554, 743895194, 2639454998]);
  });

  it('forks by key: independent of what was drawn before, different for each key', () => {
    const a = new Prng(1);
    const b = new Prng(1);
    b.uint32();
    assert.equal(a.fork('x').uint32(), b.fork('x').uint32());
    assert.notEqual(a.fork('x').uint32(), a.fork('y').uint32());
    assert.notEqual(a.fork(1).uint32(), a.fork(2).uint32());
  });

  it('is uniform: 16 cells of 160,000 draws stay where chance leaves them', () => {
    const p = new Prng(7);
    const cells = Array.from({ length: 16 }, () => 0);
    for (let i = 0; i < 160_000; i++) {
      const cell = p.below(16);
      cells[cell] = (cells[cell] ?? 0) + 1;
    }
    const shares = cells.map(() => 1 / 16);
    assert.ok(chiSquare(cells, shares) < likelyChiSquare(16, 1), cells.join());
  });

  it('keeps its bounds', () => {
    const p = new Prng(9);
    for (let i = 0; i < 10_000; i++) {
      const n = p.between(-3, 4);
      assert.ok(Number.isInteger(n) && n >= -3 && n <= 4);
    }
    assert.deepEqual([...p.shuffle([1, 2, 3, 4])].sort(), [1, 2, 3, 4]);
  });
});

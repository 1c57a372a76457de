import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { chiSquare, likelyChiSquare } from '../../harness/checkers/statistics.ts';
import type { Json } from '../../harness/core/host.ts';
import { hashJson, Prng } from '../../harness/core/prng.ts';

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

describe('hash of JSON', () => {
  it('is the same for what JSON does not tell apart, and golden', () => {
    assert.equal(hashJson({ a: [1, 'x', null, true] }), hashJson({ a: [1, 'x', null, true] }));
    assert.equal(hashJson(-0), hashJson(0));
    const absent = { a: 1, b: undefined } as unknown as Json;
    assert.equal(hashJson(absent), hashJson({ a: 1 }));
    assert.equal(hashJson([{ key: 'k', value: 1.5 }]), 241588613);
  });

  it('tells apart what JSON does: 100,000 drawn values, and pairs made to be mistaken', () => {
    const seen = new Map<string, number>();
    const draw = new Prng(3);
    for (let i = 0; i < 100_000; i++) {
      const value = drawJson(draw, 3);
      seen.set(JSON.stringify(value), hashJson(value));
    }
    const hashes = new Set(seen.values());
    // Birthdays: n²/2^33 pairs are expected; a hundred times the spread is beyond chance.
    assert.ok(seen.size > 40_000);
    assert.ok(
      seen.size - hashes.size <= 10,
      `${seen.size - hashes.size} collisions of ${seen.size}`,
    );
    const alike: readonly (readonly [Json, Json])[] = [
      ['1', 1],
      [[], {}],
      [[[], []], [[[]]]],
      [
        ['ab', 'c'],
        ['a', 'bc'],
      ],
      [{ a: { b: 1 } }, { a: {}, b: 1 }],
      [null, false],
      [1e21, '1e21'],
      [2 ** 32, 0],
      [0.5, 0],
    ];
    for (const [a, b] of alike) assert.notEqual(hashJson(a), hashJson(b), JSON.stringify([a, b]));
  });
});

function drawJson(draw: Prng, depth: number): Json {
  switch (draw.below(depth > 0 ? 6 : 4)) {
    case 0:
      return draw.below(1_000);
    case 1:
      return draw.uint32() / 7;
    case 2:
      return 'ab'.charAt(draw.below(2)).repeat(draw.below(30)) + String(draw.below(50));
    case 3:
      return draw.below(2) === 0 ? null : draw.below(2) === 0;
    case 4:
      return Array.from({ length: draw.below(4) }, () => drawJson(draw, depth - 1));
    default: {
      const fields = Array.from({ length: draw.below(4) }, (_, i) => [
        `k${i}`,
        drawJson(draw, depth - 1),
      ]);
      return Object.fromEntries(fields) as Json;
    }
  }
}

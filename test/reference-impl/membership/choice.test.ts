/** Who is probed, asked and told: fairness and completeness of the random choices. */
import assert from 'node:assert/strict';
import { Prng } from '../../../harness/core/prng.ts';
import { pickMembers } from '../../../reference-impl/membership/pick.ts';
import { ProbeOrder } from '../../../reference-impl/membership/probe-order.ts';

function world(seed: number) {
  const draw = new Prng(seed);
  return { nowUs: 0, wallUs: 0, random: (bound: number) => draw.below(bound) };
}

describe('probe order', () => {
  for (const size of [1, 2, 3, 10, 97, 1_000]) {
    it(`probes each of ${size} once a round`, () => {
      const order = new ProbeOrder(size);
      const w = world(size);
      for (let round = 0; round < 5; round++) {
        const seen = new Set<number>();
        for (let i = 0; i < size; i++) seen.add(order.advance(w, () => true) ?? -1);
        assert.equal(seen.size, size);
      }
    });
  }

  it('skips whom nobody wants, and says so when nobody is wanted', () => {
    const order = new ProbeOrder(50);
    const w = world(1);
    for (let i = 0; i < 30; i++)
      assert.equal(
        order.advance(w, (m) => m === 7),
        7,
      );
    assert.equal(
      order.advance(w, () => false),
      null,
    );
  });
});

describe('pick', () => {
  it('finds all that fit when few do, none twice', () => {
    const picked = pickMembers(world(1), { count: 3, size: 1_000, fits: (m) => m % 500 === 1 });
    assert.deepEqual(
      [...picked].sort((a, b) => a - b),
      [1, 501],
    );
  });

  it('is fair: each of 20 members within 5 standard deviations over 20,000 picks of 3', () => {
    const counts = Array.from({ length: 20 }, () => 0);
    const w = world(2);
    for (let i = 0; i < 20_000; i++) {
      for (const m of pickMembers(w, { count: 3, size: 20, fits: () => true })) {
        counts[m] = (counts[m] ?? 0) + 1;
      }
    }
    const sd = Math.sqrt(20_000 * 0.15 * 0.85);
    for (const n of counts) assert.ok(Math.abs(n - 3_000) < 5 * sd, `${n}`);
  });
});

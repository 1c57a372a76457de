/** Who is checked in a round: everybody when they are few, else everybody in turn, and doubt in between. */
import assert from 'node:assert/strict';
import { Prng } from '../../../harness/core/prng.ts';
import { checkedMax, pickChecked } from '../../../reference-impl/health-checks/turns.ts';

const ids = (n: number): number[] => Array.from({ length: n }, (_, i) => 3 * i + 5);

describe('the instances that a round checks', () => {
  it('are all while they are few, in their order', () => {
    const all = ids(checkedMax).reverse();
    assert.deepEqual(pickChecked(all, all, { all: -1, doubtful: -1 }), {
      inTurn: all,
      extra: [],
    });
  });

  it('are each once in as many rounds as it takes, with or without doubts, in 200 random pools', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const draw = new Prng(seed);
      const all = ids(draw.between(checkedMax + 1, 100));
      const doubts = new Set(all.filter(() => draw.chance(draw.below(500))));
      const turns = { all: -1, doubtful: -1 };
      const seen = new Set<number>();
      const doubted = new Set<number>();
      for (let round = 0; round < Math.ceil(all.length / (checkedMax / 2)); round++) {
        const { inTurn, extra } = pickChecked(all, [...doubts], turns);
        const asked = [...inTurn, ...extra];
        assert.equal(new Set(asked).size, asked.length, `seed ${seed}`);
        assert.ok(asked.length <= checkedMax && inTurn.length >= checkedMax / 2);
        assert.ok(extra.every((i) => doubts.has(i)));
        for (const i of inTurn) seen.add(i);
        for (const i of asked) if (doubts.has(i)) doubted.add(i);
        if (doubts.size <= checkedMax / 2) assert.ok([...doubts].every((i) => asked.includes(i)));
      }
      assert.deepEqual(
        [...seen].sort((a, b) => a - b),
        all,
        `seed ${seed}`,
      );
      assert.equal(doubted.size, doubts.size);
    }
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { convergenceOf, type CopyChange } from '../../harness/checkers/convergence.ts';
import { Prng } from '../../harness/core/prng.ts';

const at = (
  timeUs: number,
  holder: number,
  value: string | null,
  revision: number,
): CopyChange => ({
  timeUs,
  holder,
  value,
  revision,
});

describe('convergence', () => {
  it('tells how long it took, who was the last, and how far copies had drifted apart', () => {
    const changes = [
      at(1, 0, 'a', 1),
      at(2, 1, 'a', 1),
      at(3, 2, 'a', 1),
      at(10, 0, 'b', 2),
      at(12, 0, 'c', 3),
      at(20, 1, 'b', 2),
      at(25, 2, 'c', 3),
      at(30, 1, 'c', 3),
    ];
    const c = convergenceOf(changes, [0, 1, 2], { fromUs: 12, dueUs: 40 });
    assert.deepEqual(
      { ...c, newest: c.newest?.value },
      {
        newest: 'c',
        stragglers: [],
        tookUs: 18,
        last: 1,
        drift: 3,
      },
    );
  });

  it('names who held something else when it was due, though it came round later', () => {
    const changes = [at(1, 0, 'a', 1), at(2, 1, 'a', 1), at(5, 0, 'b', 2), at(99, 1, 'b', 2)];
    const c = convergenceOf(changes, [0, 1, 2], { fromUs: 5, dueUs: 50 });
    assert.deepEqual(
      c.stragglers.map((s) => [s.holder, s.copy?.value ?? null]),
      [
        [1, 'a'],
        [2, null],
      ],
    );
    assert.equal(c.last, null);
  });

  it('takes a start for the loss of the copy, and a removal for a value', () => {
    const changes = [at(1, 0, 'a', 1), at(2, 1, 'a', 1), at(3, 0, null, 2), at(4, 1, null, -1)];
    const c = convergenceOf(changes, [0, 1], { fromUs: 3, dueUs: 10 });
    assert.deepEqual([c.newest?.revision, c.stragglers.length], [2, 0]);
  });

  it('says what looking at every moment says, in 2,000 random cases', () => {
    for (let seed = 0; seed < 2_000; seed++) {
      const draw = new Prng(seed);
      const holders = [0, 1, 2].slice(0, draw.between(1, 3));
      let [timeUs, newest] = [0, 1];
      const changes = Array.from({ length: draw.below(12) }, () => {
        timeUs += draw.below(3);
        newest += draw.below(2);
        const revision = draw.between(1, newest);
        return at(timeUs, draw.below(4), `v${revision}`, revision);
      });
      const [fromUs, dueUs] = [draw.below(8), 8 + draw.below(12)];
      const c = convergenceOf(changes, holders, { fromUs, dueUs });
      const twin = slowTwin(changes, holders, fromUs, dueUs);
      assert.deepEqual(
        { stragglers: c.stragglers.map((s) => s.holder), drift: c.drift, tookUs: c.tookUs },
        twin,
        `seed ${seed}`,
      );
    }
  });
});

/** Looks at the copies after every microsecond. */
function slowTwin(
  changes: readonly CopyChange[],
  holders: readonly number[],
  fromUs: number,
  dueUs: number,
): { stragglers: number[]; drift: number; tookUs: number } {
  const copiesAt = (n: number): Map<number, CopyChange> =>
    new Map(changes.slice(0, n).map((c) => [c.holder, c]));
  const until = changes.filter((c) => c.timeUs <= dueUs).length;
  const before = changes.filter((c) => c.timeUs <= fromUs).length;
  let drift = 0;
  let tookUs = 0;
  for (let n = before; n <= until; n++) {
    const copies = copiesAt(n);
    drift = Math.max(drift, new Set(holders.map((h) => copies.get(h)?.value ?? null)).size);
    const c = changes[n - 1];
    if (n === before || c === undefined || !holders.includes(c.holder)) continue;
    if ((copiesAt(n - 1).get(c.holder)?.value ?? null) !== c.value) tookUs = c.timeUs - fromUs;
  }
  const end = [...copiesAt(until).values()];
  const value =
    end.reduce<CopyChange | null>((a, c) => (a === null || c.revision > a.revision ? c : a), null)
      ?.value ?? null;
  const stragglers = holders.filter((h) => (copiesAt(until).get(h)?.value ?? null) !== value);
  return { stragglers, drift, tookUs: stragglers.length === 0 ? tookUs : 0 };
}

import assert from 'node:assert/strict';
import { Prng } from '../../harness/core/prng.ts';
import { Wheel } from '../../harness/simulation/wheel.ts';
import type { EventId } from '../../harness/simulation/wheel.ts';
import { Heap } from './heap.ts';

/** Delays that reach every level of the wheel, often equal. */
function drawDelay(draw: Prng): number {
  const bits = draw.pick([0, 2, 4, 8, 9, 16, 17, 24, 25, 31, 32, 33, 36]);
  return draw.below(16) * Math.floor(2 ** bits / 8);
}

describe('timing wheel', () => {
  it('pops in the order of its twin, a heap: random posts, cancels, moves and limits', () => {
    for (let seed = 0; seed < 60; seed++) {
      const draw = new Prng(seed);
      const wheel = new Wheel(4);
      const heap = new Heap();
      const ids = new Map<number, EventId>();
      for (let name = 0; name < 1_500; name++) {
        const whenUs = wheel.nowUs + drawDelay(draw);
        ids.set(name, wheel.post(whenUs, 1, name, 2, 3, null));
        heap.post(whenUs, name);
        const other = draw.below(name + 1);
        const id = ids.get(other) as EventId;
        switch (draw.below(8)) {
          case 0:
            assert.equal(wheel.cancel(id), heap.remove(other), `seed ${seed} cancel ${other}`);
            break;
          case 1: {
            const toUs = wheel.nowUs + drawDelay(draw);
            const isThere = heap.remove(other);
            if (isThere) heap.post(toUs, other);
            assert.equal(wheel.move(id, toUs), isThere, `seed ${seed} move ${other}`);
            break;
          }
          case 2:
          case 3:
          case 4:
            popSame(wheel, heap, wheel.nowUs + drawDelay(draw), `seed ${seed} at ${name}`);
        }
      }
      while (wheel.pending > 0) popSame(wheel, heap, Wheel.endUs, `seed ${seed} at the end`);
      assert.equal(heap.pop(Wheel.endUs), null);
    }
  });

  it('keeps first in, first out within a microsecond, across levels', () => {
    const wheel = new Wheel();
    const due = 70_000;
    wheel.post(due, 0, 1, 0, 0, null);
    wheel.pop(69_000);
    wheel.post(due, 0, 2, 0, 0, null);
    wheel.pop(69_999);
    wheel.post(due, 0, 3, 0, 0, null);
    assert.deepEqual([popped(wheel), popped(wheel), popped(wheel)], [1, 2, 3]);
  });

  it('forgets a cancelled event, and an old id never reaches a new event', () => {
    const wheel = new Wheel(1);
    const first = wheel.post(5, 0, 1, 0, 0, 'one');
    assert.ok(wheel.cancel(first));
    assert.ok(!wheel.cancel(first));
    const second = wheel.post(5, 0, 2, 0, 0, null);
    assert.ok(!wheel.cancel(first) && !wheel.move(first, 9) && wheel.whenUs(first) === -1);
    assert.equal(wheel.whenUs(second), 5);
    assert.equal(popped(wheel), 2);
    assert.equal(wheel.payload, null);
  });

  it('puts the last event back under its old id', () => {
    const wheel = new Wheel();
    const id = wheel.post(5, 7, 1, 2, 3, 'payload');
    assert.ok(wheel.pop(10));
    wheel.putBack(8_000_000_000);
    assert.equal(wheel.whenUs(id), 8_000_000_000);
    assert.ok(!wheel.pop(7_999_999_999) && wheel.pop(8_000_000_000));
    assert.deepEqual(
      [wheel.code, wheel.node, wheel.a, wheel.b, wheel.payload],
      [7, 1, 2, 3, 'payload'],
    );
  });

  it('lets idle time pass, and refuses the past', () => {
    const wheel = new Wheel();
    assert.ok(!wheel.pop(20_000_000_000));
    assert.equal(wheel.nowUs, 20_000_000_000);
    assert.throws(() => wheel.post(19_999_999_999, 0, 0, 0, 0, null), /into the past/);
  });
});

function popSame(wheel: Wheel, heap: Heap, limitUs: number, where: string): void {
  const wanted = heap.pop(limitUs);
  const isPopped = wheel.pop(limitUs);
  const got = isPopped ? { whenUs: wheel.nowUs, name: wheel.node } : null;
  assert.deepEqual(
    got,
    wanted === null ? null : { whenUs: wanted.whenUs, name: wanted.name },
    where,
  );
  if (!isPopped) assert.equal(wheel.nowUs, limitUs, where);
}

function popped(wheel: Wheel): number {
  assert.ok(wheel.pop(Wheel.endUs));
  return wheel.node;
}

import assert from 'node:assert/strict';
import { NodeClock } from '../../harness/host/clock.ts';

function clockAt(start = 0): { clock: NodeClock; pass: (us: number) => void } {
  let trueUs = start;
  const clock = new NodeClock(
    () => trueUs,
    () => 1_000_000 + trueUs,
  );
  return { clock, pass: (us) => (trueUs += us) };
}

describe('node clock', () => {
  it('is true without a fault', () => {
    const { clock, pass } = clockAt(5);
    pass(10);
    assert.deepEqual([clock.trueUs(), clock.nowUs(), clock.wallUs()], [15, 15, 1_000_015]);
    assert.equal(clock.skewedReads, 0);
  });

  it('drifts, never goes back when the drift ends, and leaves true time alone', () => {
    const { clock, pass } = clockAt();
    pass(1_000_000);
    clock.skew({ jumpUs: 0, driftPpm: 100_000 });
    pass(1_000_000);
    assert.equal(clock.nowUs(), 2_100_000);
    clock.skew({ jumpUs: 0, driftPpm: 0 });
    assert.equal(clock.nowUs(), 2_100_000);
    pass(1_000_000);
    assert.equal(clock.nowUs(), 3_100_000);
    assert.equal(clock.trueUs(), 3_000_000);
    assert.equal(clock.skewedReads, 1);
  });

  it('jumps on the wall only', () => {
    const { clock } = clockAt();
    clock.skew({ jumpUs: -500, driftPpm: 0 });
    assert.deepEqual([clock.wallUs(), clock.nowUs()], [999_500, 0]);
    clock.skew({ jumpUs: 0, driftPpm: 0 });
    assert.equal(clock.wallUs(), 1_000_000);
  });

  it('tells how long a timer takes in true time', () => {
    const { clock } = clockAt();
    clock.skew({ jumpUs: 0, driftPpm: 1_000_000 });
    assert.equal(clock.trueUntilUs(1_000), 500);
    clock.skew({ jumpUs: 0, driftPpm: -500_000 });
    assert.equal(clock.trueUntilUs(1_000), 2_000);
    assert.equal(clock.trueUntilUs(0), 0);
  });
});

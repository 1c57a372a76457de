import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Timers } from '../../harness/host/timers.ts';

const timer = fc.record({ dueUs: fc.integer({ min: 0, max: 20 }), isCancelled: fc.boolean() });

describe('timers', () => {
  it('fire by due time, first set first, as a sorted list would', () => {
    fc.assert(
      fc.property(
        fc.array(timer, { maxLength: 60 }),
        fc.integer({ min: 0, max: 20 }),
        (ts, now) => {
          const timers = new Timers();
          const ids = ts.map((t, arg) => timers.set({ dueUs: t.dueUs, lane: 0, kind: 0, arg }));
          ts.forEach((t, i) => {
            if (t.isCancelled) timers.cancel(ids[i] ?? 0);
          });
          const twin = ts
            .map((t, arg) => ({ ...t, arg }))
            .filter((t) => !t.isCancelled)
            .sort((a, b) => a.dueUs - b.dueUs);
          assert.equal(timers.nextUs(), twin[0]?.dueUs ?? null);
          const fired: number[] = [];
          for (let t = timers.take(now); t !== null; t = timers.take(now)) fired.push(t.arg);
          assert.deepEqual(
            fired,
            twin.filter((t) => t.dueUs <= now).map((t) => t.arg),
          );
          assert.equal(timers.nextUs(), twin.find((t) => t.dueUs > now)?.dueUs ?? null);
        },
      ),
      { numRuns: 500, endOnFailure: true },
    );
  });

  it('may be cancelled after they fired', () => {
    const timers = new Timers();
    const id = timers.set({ dueUs: 1, lane: 0, kind: 0, arg: 0 });
    assert.notEqual(timers.take(1), null);
    timers.cancel(id);
    assert.equal(timers.nextUs(), null);
  });
});

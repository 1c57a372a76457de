/** The queue of news against its obvious twin, a sorted list. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Broadcasts } from '../../../reference-impl/membership/broadcasts.ts';
import type { Update } from '../../../reference-impl/membership/messages.ts';

const transmits = 3;

/** Sorts everything on every take: fewest transmits first, then the newest. */
class Twin {
  private entries: { u: Update; sent: number; age: number }[] = [];
  private clock = 0;

  add(u: Update): void {
    this.entries = this.entries.filter((e) => e.u.member !== u.member);
    this.entries.push({ u, sent: 0, age: this.clock++ });
  }

  take(max: number, messages: number): Update[] {
    this.entries.sort((x, y) => x.sent - y.sent || y.age - x.age);
    const taken = this.entries.slice(0, max);
    // What was sent goes on top of those sent as often, in the same order.
    for (const e of [...taken].reverse()) {
      e.sent += messages;
      e.age = this.clock++;
    }
    this.entries = this.entries.filter((e) => e.sent < transmits);
    return taken.map((e) => e.u);
  }

  get size(): number {
    return this.entries.length;
  }
}

const step = fc.oneof(
  fc.record({ member: fc.nat(12), incarnation: fc.nat(1_000_000) }),
  fc.record({ max: fc.integer({ min: 1, max: 6 }), messages: fc.integer({ min: 1, max: 3 }) }),
);

describe('broadcasts', () => {
  it('takes what the twin takes: least sent first, newest first, each a bounded number of times', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const queue = new Broadcasts();
        const twin = new Twin();
        for (const s of steps) {
          if ('max' in s) {
            assert.deepEqual(
              queue.take(s.max, transmits, s.messages),
              twin.take(s.max, s.messages),
            );
          } else {
            const u: Update = { ...s, status: 'alive', by: s.member };
            queue.add(u);
            twin.add(u);
          }
          assert.equal(queue.size, twin.size);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('holds one piece of news a member, whatever is added', () => {
    const queue = new Broadcasts();
    for (let i = 0; i < 10_000; i++) {
      queue.add({ member: i % 5, status: 'alive', incarnation: i, by: i % 5 });
    }
    assert.equal(queue.size, 5);
    assert.deepEqual(
      queue.take(9, transmits).map((u) => u.incarnation),
      [9_999, 9_998, 9_997, 9_996, 9_995],
    );
  });
});

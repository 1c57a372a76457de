import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { LoadEvent, OperationEvent } from '../../harness/core/history.ts';
import type { Operation } from '../../harness/core/program.ts';
import type { Outcome } from '../../harness/core/system.ts';
import { WorkloadClient } from '../../harness/workload/client.ts';

/** A clock that the test turns by hand. */
class TurnedClock {
  timeUs = 0;
  private readonly due: { atUs: number; f: () => void }[] = [];

  nowUs(): number {
    return this.timeUs;
  }

  after(delayUs: number, f: () => void): void {
    this.due.push({ atUs: this.timeUs + delayUs, f });
  }

  runUntil(endUs: number): void {
    for (;;) {
      this.due.sort((a, b) => a.atUs - b.atUs);
      const next = this.due[0];
      if (next === undefined || next.atUs > endUs) break;
      this.due.shift();
      this.timeUs = next.atUs;
      next.f();
    }
    this.timeUs = endUs;
  }
}

const op = (id: number, f: string, value: Operation['value'] = null): Operation => ({
  id,
  afterUs: 10,
  f,
  key: 'k',
  value,
});

function play(operations: Operation[], answers: (Outcome | 'never')[]) {
  const clock = new TurnedClock();
  const events: (OperationEvent | LoadEvent)[] = [];
  const asked: Operation[] = [];
  const late: ((outcome: Outcome) => void)[] = [];
  const client = new WorkloadClient({
    client: 1,
    clients: 3,
    operations,
    deadlineUs: 100,
    scheduler: clock,
    start: (o, done) => {
      asked.push(o);
      late.push(done);
      const answer = answers[asked.length - 1];
      if (answer !== undefined && answer !== 'never') clock.after(5, () => done(answer));
    },
    record: (e) => events.push(e),
  });
  client.begin();
  return { clock, events, asked, late, client };
}

describe('workload client', () => {
  it('pauses, asks, records, one operation at a time', () => {
    const t = play(
      [op(0, 'write', 4), op(1, 'read')],
      [
        { type: 'ok', value: 4, node: 2, version: 9 },
        { type: 'ok', value: 4 },
      ],
    );
    t.clock.runUntil(1_000);
    assert.deepEqual(t.events, [
      { type: 'invoke', timeUs: 10, process: 1, op: 0, f: 'write', key: 'k', value: 4 },
      {
        type: 'ok',
        timeUs: 15,
        process: 1,
        op: 0,
        f: 'write',
        key: 'k',
        value: 4,
        node: 2,
        version: 9,
      },
      { type: 'invoke', timeUs: 25, process: 1, op: 1, f: 'read', key: 'k', value: null },
      { type: 'ok', timeUs: 30, process: 1, op: 1, f: 'read', key: 'k', value: 4 },
    ]);
    assert.equal(t.client.isFinished, true);
  });

  it('calls a missed deadline info, goes on as another process, ignores the late answer', () => {
    const t = play([op(0, 'write', 4), op(1, 'read')], ['never', { type: 'ok', value: 1 }]);
    t.clock.runUntil(200);
    t.late[0]?.({ type: 'ok', value: 4 });
    t.clock.runUntil(1_000);
    assert.deepEqual(
      t.events.map((e) => [e.type, e.process, 'error' in e ? e.error : '']),
      [
        ['invoke', 1, ''],
        ['info', 1, 'deadline'],
        ['invoke', 4, ''],
        ['ok', 4, ''],
      ],
    );
  });

  it('puts what it last read in place of $last', () => {
    const t = play(
      [op(0, 'read'), op(1, 'cas', ['$last', 8])],
      [
        { type: 'ok', value: 5 },
        { type: 'fail', error: 'cas-mismatch' },
      ],
    );
    t.clock.runUntil(1_000);
    assert.deepEqual(t.asked[1]?.value, [5, 8]);
    assert.equal(t.events[3]?.type, 'fail');
  });

  it('begins a watch where its last one of the same key ended, and anew once that is compacted', () => {
    const watch = (id: number, key = 'k'): Operation => {
      return { ...op(id, 'watch', { forUs: 9, after: '$last' }), key };
    };
    const told = (after: number, ...revisions: number[]): Outcome => {
      const batches = revisions.map((revision) => ({ revision, events: [] }));
      return { type: 'ok', value: { after, batches } };
    };
    const t = play(
      [watch(0), watch(1), watch(2, 'other'), watch(3), watch(4), watch(5)],
      [
        told(3, 5, 8),
        told(8),
        told(1),
        { type: 'fail', error: 'no server answered' },
        { type: 'fail', error: 'compacted' },
        told(20),
      ],
    );
    t.clock.runUntil(1_000);
    const asked = t.asked.map((o) => (o.value as { after: number | null }).after);
    assert.deepEqual(asked, [null, 8, null, 8, 8, null]);
  });

  it('puts a token it got elsewhere in place of $last:key, and none after a refused acquire', () => {
    const acquire = { ...op(0, 'acquire', { ttlUs: 9 }), key: 'l' };
    const fenced = { lock: 'l', token: '$last:l', value: 5 };
    const t = play(
      [
        acquire,
        op(1, 'write-fenced', fenced),
        { ...acquire, id: 2 },
        op(3, 'write-fenced', fenced),
      ],
      [
        { type: 'ok', value: 33 },
        { type: 'ok', value: fenced },
        { type: 'fail', error: 'held' },
        { type: 'fail', error: 'bad argument' },
      ],
    );
    t.clock.runUntil(1_000);
    assert.deepEqual(t.asked[1]?.value, { lock: 'l', token: 33, value: 5 });
    assert.deepEqual(t.asked[3]?.value, { lock: 'l', token: null, value: 5 });
  });

  it('ends an open operation as info when the run stops', () => {
    const t = play([op(0, 'write', 4)], ['never']);
    t.clock.runUntil(50);
    t.client.stop();
    t.clock.runUntil(1_000);
    assert.deepEqual(
      t.events.map((e) => e.type),
      ['invoke', 'info'],
    );
  });
});

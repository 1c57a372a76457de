/** Faults of nodes that can open no connection, or have no memory left, in simulation. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Fault } from '../../harness/core/fault.ts';
import { simulation } from '../../harness/simulation/environment.ts';
import { echoSystem } from '../conformance/echo-system.ts';
import { Reading, timetable } from '../conformance/script.ts';
import type { Line } from '../conformance/script.ts';

const node = (id: number) => ({ of: 'node', node: id }) as const;

function run(faults: readonly Fault[], lines: readonly Line[]): Reading {
  const program = timetable({ name: 'x', durationMs: 3_000, deadlineMs: 200, faults, lines });
  return new Reading(simulation().run(echoSystem, program).history);
}

describe('a node that opens no connection', () => {
  const at = { atUs: 100_000, untilUs: 2_000_000 };
  const reset = (from: number, to: number): Fault => ({
    kind: 'reset',
    atUs: 300_000,
    untilUs: 500_000,
    afterBytes: 0,
    links: { from: node(from), to: node(to), bothWays: false },
  });
  const posts = (key: string): Line[] => [
    [200, 0, 'post', key, 'open'],
    [400, 0, 'post', key, 'breaks it'],
    [700, 0, 'post', key, 'not made'],
    [2_100, 0, 'post', key, 'made'],
  ];

  it('sends on those that are open, and finds no name of anybody for a new one', () => {
    const r = run([{ kind: 'dns', ...at, nodes: node(1) }, reset(1, 2)], posts('1>2'));
    assert.deepEqual(
      ['open', 'breaks it', 'not made', 'made'].map((tag) => r.arrivals(tag, 2).length),
      [1, 0, 0, 1],
    );
    r.fault(0, 'effective');
  });

  it('is dialled as ever where names are all that is missing, and by nobody without descriptors', () => {
    for (const [kind, count] of [
      ['dns', 1],
      ['descriptors', 0],
    ] as const) {
      const r = run([{ kind, ...at, nodes: node(2) }, reset(1, 2)], posts('1>2'));
      assert.equal(r.arrivals('not made', 2).length, count, kind);
      assert.equal(r.arrivals('made', 2).length, 1, kind);
    }
  });
});

describe('a node without memory', () => {
  const fault: Fault = {
    kind: 'memory',
    atUs: 100_000,
    untilUs: 1_500_000,
    roomBytes: 2_000,
    nodes: node(1),
  };
  const notes = (bytes: number): Line[] => [
    [200, 0, 'note', '1', 'x'.repeat(bytes)],
    [500, 0, 'recall', '1', null],
    [1_700, 0, 'recall', '1', null],
  ];

  it('ends when it is sent more than it has room for, and is started at the end', () => {
    const r = run([fault], notes(3_000));
    assert.equal(r.operation('info', 'note', '1').error, 'deadline');
    assert.equal(r.operation('ok', 'recall', '1', 1).value, null);
    r.fault(0, 'effective');
  });

  it('notices nothing while there is room', () => {
    const r = run([fault], notes(100));
    assert.equal(r.operation('ok', 'recall', '1', 1).value, 'x'.repeat(100));
    assert.throws(() => r.fault(0, 'effective'));
  });
});

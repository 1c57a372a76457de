/** Situations: what a node was when a fault took effect on it, and what was never tried. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { FaultEvent, HistoryEvent } from '../../harness/core/history.ts';
import type { Observation } from '../../harness/core/observation.ts';
import type { Program } from '../../harness/core/program.ts';
import { Situations } from '../../harness/runner/situations.ts';
import { cluster } from '../../harness/workload/cluster.ts';

const program: Program = {
  scenario: 's',
  shape: cluster({ servers: 3, clients: 1 }),
  faults: [],
  clients: [],
  durationUs: 100,
  noiseSeed: 1,
  settings: { policyDivisor: 1, deadlineUs: 1, mutant: null, extra: {} },
};
const observe = (node: number, value: Observation): HistoryEvent => ({
  type: 'observe',
  timeUs: 1,
  node,
  value,
});
const is = (node: number, role: 'leader' | 'follower'): HistoryEvent =>
  observe(node, { kind: 'role', role, term: 1 });
const crash = (phase: FaultEvent['phase'], node: number): HistoryEvent => ({
  type: 'fault',
  timeUs: 1,
  phase,
  fault: 0,
  kind: 'crash',
  nodes: [node],
});
const down = (node: number): HistoryEvent => ({ type: 'node', timeUs: 1, node, change: 'crashed' });

describe('situations', () => {
  it('tells in which a kind of fault that occurred was never tried', () => {
    const situations = new Situations();
    const run = [
      is(0, 'leader'),
      is(1, 'follower'),
      crash('begin', 0),
      down(0),
      crash('effective', 0),
    ];
    situations.add(run, program);
    assert.equal(situations.count, 1);
    assert.deepEqual(situations.never, ['crash of a server (follower)']);
    situations.add([is(1, 'follower'), crash('begin', 1), down(1), crash('effective', 1)], program);
    assert.deepEqual(situations.never, []);
  });

  it('counts no fault that did not take effect, and none on a node that is down', () => {
    const situations = new Situations();
    situations.add([is(0, 'leader'), crash('begin', 0)], program);
    situations.add([is(0, 'leader'), down(0), crash('begin', 0), crash('effective', 0)], program);
    assert.equal(situations.count, 0);
    assert.deepEqual(situations.lines(), []);
  });
});
